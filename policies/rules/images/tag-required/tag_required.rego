# METADATA
# title: Images have a tag that stays
# description: |
#   An image has neither tag nor digest, so that it means `latest`, or it has a tag on the list of those that move. With
#   a digest the tag does not matter.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/containers/images/
#     description: Image names, and why to avoid latest
# custom:
#   level: error
#   subject: object
#   lesson: |
#     A node was replaced at night and pulled `latest`, three versions newer than what ran beside it. Two versions wrote to one
#     database, and a rollback had nothing to go back to.
#   messages: [missing, denied]
#   params:
#     denied:
#       description: Tags that move, and that no image may have.
#       default: [latest]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.images["tag-required"]

import data.lib.images

# METADATA
# description: One finding for each image without a tag, or with one that moves.
# scope: document
finding contains {
	"path": image.path,
	"messageId": fault,
	"data": object.union(images.describe(image), {"tag": image.tag.effective}),
} if {
	some image in input.images
	not image.digest
	fault := _fault(image.tag)
}

_fault(tag) := "missing" if not tag.written

_fault(tag) := "denied" if tag.written in data.params["images/tag-required"].denied
