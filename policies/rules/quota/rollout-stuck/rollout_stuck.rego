# METADATA
# title: Rollouts can finish
# description: |
#   A rollout would stop half way: the new pods have no room beside the old ones, and the strategy keeps the
#   old ones until the new ones are ready.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
#     description: Deployments
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
#     description: Rolling updates
#   - ref: https://github.com/kubernetes/kubernetes/issues/89209
#     description: Rolling updates with a full quota
# custom:
#   level: warning
#   subject: release
#   lesson: |
#     One replica, the default strategy, and a quota for exactly one pod. Every release of the service was a
#     success in the pipeline, and for two months none of them had been deployed.
#   messages: []
#   params: {}
package rules.quota["rollout-stuck"]

# METADATA
# description: One finding for each workload whose pods all exist, and whose rollout never ends.
# scope: document
finding contains {
	"object": fit.object,
	"path": fit.rollout.path,
	"data": object.union_n([
		object.filter(input.objects[fit.object], {"kind", "name"}),
		object.filter(fit.rollout, {"peakPods"}),
		object.filter(fit.rollout.blockers[0], {"quota", "resource", "requested", "free", "hard"}),
	]),
} if {
	some fit in input.fits
	not fit.rollout.completes
	fit.pods.missing == 0
}
