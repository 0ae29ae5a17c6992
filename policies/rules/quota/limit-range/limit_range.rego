# METADATA
# title: Pods and claims keep to the limit ranges
# description: |
#   A limit range of the namespace refuses the pods of a workload, or a claim: too much, too little, or a
#   limit too far above its request.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/limit-range/
#     description: Limit ranges
# custom:
#   level: error
#   subject: release
#   lesson: |
#     The largest container of a namespace was bound to two cores. A team asked for three, saw a green
#     deployment, and looked for the fault in its own program for a day.
#   messages: [object, pods]
#   params: {}
package rules.quota["limit-range"]

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
	refusal.reason == "limit-range"
}
