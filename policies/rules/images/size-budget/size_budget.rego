# METADATA
# title: Images stay within a size
# description: |
#   An image is larger than one image may be, by what a node pulls or by what it takes of the node's disk. Sizes come
#   from a local OCI layout or from `docker image inspect`; of an image that is in neither the rule says nothing.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://github.com/opencontainers/image-spec/blob/main/image-layout.md
#     description: OCI image layout
#   - ref: https://kubernetes.io/docs/concepts/architecture/garbage-collection/
#     description: Images on the disk of a node
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     A build left its tools in the image: 40 MB became 2.3 GB. A node was replaced at noon, eleven services pulled for
#     nine minutes, and the disk of the next node was full.
#   messages: [compressed, unpacked]
#   params:
#     compressed:
#       description: |
#         The most that a node may have to pull for one image, in MiB; 0 for any size.
#       default: 500
#       schema: {type: number, minimum: 0}
#     unpacked:
#       description: |
#         The most that one image may take of a node's disk, in MiB; 0 for any size.
#       default: 1500
#       schema: {type: number, minimum: 0}
package rules.images["size-budget"]

import data.lib.images

# METADATA
# description: One finding for each image and each measure that is too large.
# scope: document
finding contains {
	"path": image.path,
	"messageId": measure,
	"data": object.union(images.describe(image), {"mebibytes": size, "maximum": maximum}),
} if {
	some image in input.images
	some measure, size in _sizes(image.content)
	maximum := data.params["images/size-budget"][measure]
	maximum > 0
	size > maximum
}

_sizes(content) := {measure: size |
	some measure, field in {"compressed": "compressedMebibytes", "unpacked": "unpackedMebibytes"}
	size := content[field]
}
