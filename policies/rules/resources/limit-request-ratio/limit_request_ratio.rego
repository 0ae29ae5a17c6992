# METADATA
# title: Limits are not far above requests
# description: |
#   A limit is more times its request than is allowed, so that the node promises far more than it has.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/limit-range/
#     description: maxLimitRequestRatio of a limit range is the same bound inside the cluster
#   - ref: https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
#     description: Node-pressure eviction
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     To fit their quota, teams lowered requests and left limits as they were. On Monday morning all of them were busy at once,
#     the nodes ran out of memory, and the kernel chose whom to kill.
#   messages: []
#   params:
#     max:
#       description: Greatest ratio of limit to request, for each resource that is looked at; up to three decimals count.
#       default: {cpu: 20, memory: 4}
#       schema: {type: object, additionalProperties: {type: number, minimum: 1}}
package rules.resources["limit-request-ratio"]

# METADATA
# description: One finding for each limit that is too far above its request.
# scope: document
finding contains {
	"path": check.path,
	"data": object.union(
		{"resource": check.resource, "request": check.amount, "limit": check.limit, "ratio": check.ratio, "max": max},
		object.filter(check, {"container"}),
	),
} if {
	some check in input.checks
	check.kind == "request-limit"
	check.verdict == "within"
	max := data.params["resources/limit-request-ratio"].max[check.resource]
	check.ratio > max
}
