# METADATA
# title: Base images have a version
# description: |
#   A FROM names an image without tag and digest, or with a tag that moves: the same Dockerfile builds another
#   image next week.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://docs.docker.com/build/building/best-practices/
#     description: Pin base image versions
#   - ref: https://docs.docker.com/reference/dockerfile/
#     description: FROM
# custom:
#   level: warning
#   subject: dockerfile
#   lesson: |
#     A hotfix of one line was built on `node:latest`, which had become a new major version since the last build.
#     The fix was right, and the service did not start.
#   messages: [digest, missing, moves]
#   params:
#     denied:
#       description: |
#         Tags that move.
#       default: [latest]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     digest:
#       description: |
#         Whether a tag is not enough.
#       default: false
#       schema: {type: boolean}
package rules.dockerfile["pinned-base"]

# METADATA
# description: One finding for each base that is not pinned.
# scope: document
finding contains {
	"path": stage.path,
	"messageId": fault,
	"data": object.union({"base": stage.base}, object.filter(stage.image, {"tag"})),
} if {
	some stage in input.stages
	not stage.image.digest
	fault := _fault(stage.image)
}

_params := data.params["dockerfile/pinned-base"]

_fault(image) := "missing" if {
	not image.tag
} else := "moves" if {
	image.tag in _params.denied
} else := "digest" if {
	_params.digest
}
