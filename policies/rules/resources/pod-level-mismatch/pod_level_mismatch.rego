# METADATA
# title: Containers fit the resources of their pod
# description: |
#   `spec.resources` of a pod bounds its containers together: they request more than the pod, one of them has a limit
#   above the pod's, or the pod names a resource that it cannot have as a whole. The API server refuses such a pod.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
#     description: Pod-level resources, on since Kubernetes 1.34
# custom:
#   level: error
#   subject: object
#   lesson: |
#     A team moved its budget from containers to the pod, and an injected sidecar with requests of its own made the sum larger
#     than the pod's: the next rollout created no pod.
#   messages: [containers-pod-request, container-limit-pod-limit, pod-level-resource]
#   params: {}
package rules.resources["pod-level-mismatch"]

# METADATA
# description: One finding for each pod-level amount that its containers do not fit.
# scope: document
finding contains {
	"path": check.path,
	"messageId": check.kind,
	"data": object.filter(check, {"container", "resource", "amount", "limit"}),
} if {
	some check in input.checks
	check.kind in {"containers-pod-request", "container-limit-pod-limit", "pod-level-resource"}
	check.verdict != "within"
}
