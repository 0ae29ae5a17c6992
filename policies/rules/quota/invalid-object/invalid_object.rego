# METADATA
# title: The API server takes what quota is about
# description: |
#   The API server refuses a ResourceQuota, a LimitRange, or an object that they bound: nothing of it would
#   ever exist, and a quota that is refused protects nobody.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: Resource quotas
#   - ref: https://kubernetes.io/docs/concepts/policy/limit-range/
#     description: Limit ranges
# custom:
#   level: error
#   subject: release
#   lesson: |
#     A quota with the key `deployments` was refused in one step of a long script, and the script went on. For
#     half a year the namespace had no quota, and nobody knew.
#   messages: [object, pods]
#   params: {}
package rules.quota["invalid-object"]

import data.lib.fits

# METADATA
# description: One finding for each object that is refused, or whose pods are.
# scope: document
finding contains {
	"object": fit.object,
	"path": refusal.path,
	"messageId": message_id,
	"data": object.union(
		object.filter(input.objects[fit.object], {"kind", "name"}),
		{"answer": refusal.message},
	),
} if {
	some fit in input.fits
	some message_id, refusal in fits.refusals(fit)
	refusal.reason == "invalid"
	not refusal.unreadable
}
