# METADATA
# title: Requests stay within limits
# description: |
#   A request is above the limit of the same resource, or differs from it where Kubernetes wants both to be equal
#   (extended resources such as GPUs, huge pages). The API server refuses such a pod.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#     description: Resource management for pods and containers
#   - ref: https://kubernetes.io/docs/concepts/policy/limit-range/
#     description: A default limit below a written request makes a pod invalid
# custom:
#   level: error
#   subject: object
#   lesson: |
#     An operator raised a request and forgot the limit. The Deployment was accepted, the rollout hung: every new pod was
#     refused, and only an event of the ReplicaSet said so.
#   messages: [exceeds, differs]
#   params: {}
package rules.resources["request-exceeds-limit"]

# METADATA
# description: One finding for each request that is above its limit, or may not differ from it.
# scope: document
finding contains {
	"path": check.path,
	"messageId": check.verdict,
	"data": object.union(
		{"resource": check.resource, "request": check.amount, "limit": check.limit},
		object.filter(check, {"container"}),
	),
} if {
	some check in input.checks
	check.kind == "request-limit"
	check.verdict in {"exceeds", "differs"}
}
