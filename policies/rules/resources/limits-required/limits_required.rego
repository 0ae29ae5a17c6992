# METADATA
# title: Containers limit their memory
# description: |
#   A container sets no limit to a resource that every container has to limit, and nothing sets it: no default of a
#   limit range, no limit of the pod as a whole.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#     description: Resource management for pods and containers
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/
#     description: A container that exceeds its memory limit is restarted, one without limit takes the node's memory
# custom:
#   level: error
#   subject: object
#   lesson: |
#     A leak in one small service without a memory limit took a node down at night, with everything that ran on it;
#     the scheduler moved the service on, and the next node followed.
#   messages: [missing, zero]
#   params:
#     resources:
#       description: Resources that every container has to limit.
#       default: [memory]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     roles:
#       description: Containers that are looked at.
#       default: [app, init, sidecar]
#       schema: {type: array, items: {enum: [app, init, sidecar]}, uniqueItems: true}
package rules.resources["limits-required"]

import data.lib.bounds

# METADATA
# description: One finding for each container and resource.
# scope: document
finding contains {
	"path": $"{container.path}/resources",
	"messageId": gap,
	"data": {"container": container.name, "resource": resource},
} if {
	params := data.params["resources/limits-required"]
	some container in input.containers
	container.role in params.roles
	some resource in params.resources
	gap := bounds.gap(container, "limits", resource)
}
