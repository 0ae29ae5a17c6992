# METADATA
# title: Images are pinned by digest
# description: |
#   An image has no digest: what its tag means can change between two pulls.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/containers/images/
#     description: Image digests
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     A base image was pushed again under the same tag. Half of the pods ran the old content and half the new one, and both
#     reported the same version.
#   messages: []
#   params: {}
package rules.images["digest-required"]

import data.lib.images

# METADATA
# description: One finding for each image without a digest.
# scope: document
finding contains {"path": image.path, "data": images.describe(image)} if {
	some image in input.images
	image.name
	not image.digest
}
