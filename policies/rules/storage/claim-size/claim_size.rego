# METADATA
# title: Claims stay within a size
# description: |
#   A claim asks for more storage than one claim may have. Without a number the rule says nothing.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/persistent-volumes/
#     description: Claims, and expanding them
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: "requests.storage"
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     A claim of 5 Ti was a typing error for 5 Gi. It was bound within a minute, and moving its three gigabytes to
#     a smaller one took a night.
#   messages: []
#   params:
#     maximum:
#       description: |
#         The most that one claim may ask for, in GiB; 0 for any size.
#       default: 0
#       schema: {type: number, minimum: 0}
package rules.storage["claim-size"]

# METADATA
# description: One finding for each claim that is too large.
# scope: document
finding contains {
	"path": claim.size.path,
	"data": {"claim": claim.name, "size": claim.size.written, "maximum": _maximum},
} if {
	_maximum > 0
	some claim in input.claims
	claim.size.gibibytes > _maximum
}

_maximum := data.params["storage/claim-size"].maximum
