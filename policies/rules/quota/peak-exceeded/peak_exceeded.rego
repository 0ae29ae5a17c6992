# METADATA
# title: Rollouts and autoscalers fit the quota too
# description: |
#   A release fits its quota at rest, but not on its way: in rolling updates with their surge, while old pods
#   end, or at the maxima of its autoscalers.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: Resource quotas
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
#     description: Deployments
# custom:
#   level: warning
#   subject: release
#   lesson: |
#     A namespace ran at nine of ten cores for weeks. Then all six services were rolled out at once for a new
#     certificate, and took two hours instead of four minutes.
#   messages: []
#   params: {}
package rules.quota["peak-exceeded"]

# METADATA
# description: One finding for each amount of a quota.
# scope: document
finding contains {
	"object": amount.object,
	"path": amount.path,
	"data": object.union(
		object.filter(amount, {"namespace", "quota", "resource", "wanted", "peak", "hard"}),
		{"over": amount.overPeak},
	),
} if {
	some amount in input.quotas
	amount.fits
	not amount.fitsPeak
	not amount.stops
}
