# METADATA
# title: Containers write what a quota demands
# description: |
#   A quota limits a resource, and a container does not say how much of it it takes: the API server refuses
#   every pod.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: Resource quotas
#   - ref: https://github.com/kubernetes/kubernetes/issues/96634
#     description: A missing amount in a template blocks a Deployment without an error
# custom:
#   level: error
#   subject: release
#   lesson: |
#     A sidecar without a memory limit was added to all workloads of a namespace. Nothing happened until the
#     first node was drained; then no pod came back.
#   messages: [object, pods]
#   params: {}
package rules.quota["must-specify"]

import data.lib.fits

# METADATA
# description: One finding for each container and resource.
# scope: document
finding contains {
	"object": fit.object,
	"path": lacking.path,
	"messageId": message_id,
	"data": object.union(
		object.filter(input.objects[fit.object], {"kind", "name"}),
		object.filter(lacking, {"container", "resource", "quota"}),
	),
} if {
	some fit in input.fits
	some message_id, refusal in fits.refusals(fit)
	some lacking in refusal.unspecified
}
