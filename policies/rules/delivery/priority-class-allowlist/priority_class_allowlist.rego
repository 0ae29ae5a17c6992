# METADATA
# title: Workloads take no priority that is not theirs
# description: |
#   A pod template takes a priority class of the system outside the system's namespaces, or one that is not on the
#   list of allowed classes.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
#     description: Priority and preemption
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: Quota by priority class
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     A team gave its batch jobs `system-cluster-critical` so that they would start at last. They did, and took
#     the place of the ingress controller.
#   messages: [other, system]
#   params:
#     classes:
#       description: |
#         Classes that may be used; any but those of the system when the list is empty.
#       default: []
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     systemNamespaces:
#       description: |
#         Namespaces whose pods may use the classes of the system.
#       default: [kube-system]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.delivery["priority-class-allowlist"]

# METADATA
# description: One finding for each pod template with such a class.
# scope: document
finding contains {"path": pod.priorityClass.path, "messageId": fault, "data": {"class": pod.priorityClass.name}} if {
	some pod in input.pods
	fault := _fault(pod.priorityClass.name)
}

_params := data.params["delivery/priority-class-allowlist"]

_stands_elsewhere if {
	input.partial
	not input.writtenNamespace
}

_fault(class) := "system" if {
	startswith(class, "system-")
	not input.object.namespace in _params.systemNamespaces
	not _stands_elsewhere
} else := "other" if {
	_params.classes != []
	not startswith(class, "system-")
	not class in _params.classes
}
