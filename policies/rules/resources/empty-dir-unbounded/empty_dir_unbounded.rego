# METADATA
# title: emptyDir volumes have a bound
# description: |
#   An emptyDir may fill the node: it has no `sizeLimit`, or zero, and on disk no container of its pod limits
#   ephemeral-storage. In memory (`medium: Memory`) it counts against its containers' memory until they are killed.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/volumes/
#     description: Volumes, emptyDir
#   - ref: https://kubernetes.io/docs/concepts/storage/ephemeral-storage/
#     description: Eviction by emptyDir size and by ephemeral-storage limits
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     A cache in an emptyDir grew for weeks until the node's disk was full. The node was tainted, and every pod on
#     it, of every team, was evicted.
#   messages: [disk, memory]
#   params:
#     media:
#       description: Media that are looked at; the empty one is the node's disk.
#       default: ["", Memory]
#       schema: {type: array, items: {enum: ["", Memory]}, uniqueItems: true}
package rules.resources["empty-dir-unbounded"]

# METADATA
# description: One finding for each emptyDir without a bound.
# scope: document
finding contains {
	"path": volume.path,
	"messageId": _message_ids[volume.medium],
	"data": {"volume": volume.name},
} if {
	some volume in input.volumes
	volume.kind == "emptyDir"
	not volume.bounded
	volume.medium in data.params["resources/empty-dir-unbounded"].media
}

_message_ids := {"": "disk", "Memory": "memory"}
