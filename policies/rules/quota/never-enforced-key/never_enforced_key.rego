# METADATA
# title: Keys of quotas are enforced
# description: |
#   A quota has a key that the API server stores and then never enforces: nothing that anybody creates is
#   matched by it.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: Resource quotas
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-on-object-count
#     description: Object count quota
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     Four GPUs were written into a quota as `nvidia.com/gpu`. The quota was there, it could be read, and one
#     team took eleven.
#   messages: [bare-extended, cluster-scoped, extended-limit, not-counted, scope, unknown-resource, unknown-resource-meant]
#   params: {}
package rules.quota["never-enforced-key"]

# METADATA
# description: One finding for each key.
# scope: document
finding contains {
	"path": dead.path,
	"messageId": _message(dead),
	"data": object.filter(dead, {"key", "instead"}),
} if {
	some dead in input.deadQuotaKeys
}

_message(dead) := "unknown-resource-meant" if {
	dead.why == "unknown-resource"
	dead.instead
} else := dead.why
