# METADATA
# title: Quota lets autoscalers reach their maximum
# description: |
#   A HorizontalPodAutoscaler may ask for more replicas than the quota of the namespace has room for.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
#     description: Horizontal pod autoscaling
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: Resource quotas
# custom:
#   level: warning
#   subject: release
#   lesson: |
#     The shop was told to grow to forty pods for the sale, and had been tested with ten. At eighteen it
#     stopped, with the autoscaler still asking.
#   messages: []
#   params: {}
package rules.quota["autoscaler-ceiling"]

# METADATA
# description: One finding for each autoscaler whose workload fits as it is, and would not at its maximum.
# scope: document
finding contains {
	"object": fit.ceiling.object,
	"path": fit.ceiling.path,
	"data": object.union(
		object.filter(input.objects[fit.object], {"kind", "name"}),
		{"autoscaler": fit.ceiling.name, "max": fit.ceiling.max, "maxReplicas": fit.maxReplicas},
	),
} if {
	some fit in input.fits
	fit.pods.missing == 0
	fit.ceiling.max > fit.maxReplicas
}
