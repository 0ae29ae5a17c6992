# METADATA
# title: Containers bound their ephemeral storage
# description: |
#   A container names no request or no limit of ephemeral-storage, the disk of the node that logs, images' writable
#   layers and emptyDir volumes share.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/ephemeral-storage/
#     description: Local ephemeral storage
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     A service that wrote its temporary files beside its program filled the disk of a node; the kubelet then evicted
#     pods of other teams before it came to the culprit.
#   messages: [limit, request]
#   params:
#     sides:
#       description: What has to be named.
#       default: [requests, limits]
#       schema: {type: array, items: {enum: [requests, limits]}, uniqueItems: true}
#     roles:
#       description: Containers that are looked at.
#       default: [app, init, sidecar]
#       schema: {type: array, items: {enum: [app, init, sidecar]}, uniqueItems: true}
package rules.resources["ephemeral-storage-required"]

import data.lib.bounds

_singular := {"requests": "request", "limits": "limit"}

# METADATA
# description: One finding for each container and side.
# scope: document
finding contains {
	"path": $"{container.path}/resources",
	"messageId": _singular[side],
	"data": {"container": container.name, "resource": "ephemeral-storage", "side": _singular[side]},
} if {
	params := data.params["resources/ephemeral-storage-required"]
	some container in input.containers
	container.role in params.roles
	some side in params.sides
	bounds.gap(container, side, "ephemeral-storage")
}
