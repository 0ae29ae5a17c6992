# METADATA
# title: Namespaces are promised no more than there is
# description: |
#   The memory limits of a namespace, by its quota or by its workloads together, are several times what it
#   requests, or more than a node has.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: limits.memory and requests.memory
#   - ref: https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
#     description: What happens when a node is out of memory
# custom:
#   level: "off"
#   subject: release
#   lesson: |
#     Requests were set to a tenth of the limits so that everything fitted. On the evening of the final all
#     services grew together, and nodes ran out of memory one after the other.
#   messages: [node, ratio]
#   params:
#     maximum:
#       description: |
#         How many times the requests the limits of a namespace may be; 0 for any number.
#       default: 2
#       schema: {type: number, minimum: 0}
#     nodeGibibytes:
#       description: |
#         Memory of a node in GiB; 0 when it is not known.
#       default: 0
#       schema: {type: number, minimum: 0}
package rules.resources["burst-ratio"]

# METADATA
# description: One finding for each namespace that is promised too much.
# scope: document
finding contains {
	"object": promise.object,
	"path": promise.path,
	"messageId": "ratio",
	"data": {"limits": promise.limits, "ratio": promise.ratio, "maximum": _params.maximum},
} if {
	_params.maximum > 0
	some promise in input.memoryPromises
	promise.ratio > _params.maximum
}

finding contains {
	"object": promise.object,
	"path": promise.path,
	"messageId": "node",
	"data": {"limits": promise.limits, "nodeGibibytes": _params.nodeGibibytes},
} if {
	_params.nodeGibibytes > 0
	some promise in input.memoryPromises
	promise.gibibytes > _params.nodeGibibytes
}

_params := data.params["resources/burst-ratio"]
