# METADATA
# title: Containers request cpu and memory
# description: |
#   A container asks for no amount of a resource that every container has to ask for, and nothing fills it in: no
#   limit, no default of a limit range, no request of the pod as a whole.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#     description: Resource management for pods and containers
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: A quota on requests refuses pods that have none
# custom:
#   level: error
#   subject: object
#   lesson: |
#     A service without requests was packed onto the nodes of everyone else and slowed its neighbours whenever it was
#     busy; moved to a namespace with a quota, it was accepted, and not one of its pods ever started.
#   messages: [missing, zero]
#   params:
#     resources:
#       description: Resources that every container has to request.
#       default: [cpu, memory]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     roles:
#       description: Containers that are looked at.
#       default: [app, init, sidecar]
#       schema: {type: array, items: {enum: [app, init, sidecar]}, uniqueItems: true}
package rules.resources["requests-required"]

import data.lib.bounds

# METADATA
# description: One finding for each container and resource.
# scope: document
finding contains {
	"path": $"{container.path}/resources",
	"messageId": gap,
	"data": {"container": container.name, "resource": resource},
} if {
	params := data.params["resources/requests-required"]
	some container in input.containers
	container.role in params.roles
	some resource in params.resources
	gap := bounds.gap(container, "requests", resource)
}
