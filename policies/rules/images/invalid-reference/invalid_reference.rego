# METADATA
# title: Image references can be read
# description: |
#   An image reference is empty, or no container runtime can read it: capital letters in the repository, spaces, an unfinished
#   tag or digest. The object is accepted, its pods end with InvalidImageName.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://github.com/distribution/reference
#     description: Grammar of image references
#   - ref: https://kubernetes.io/docs/concepts/containers/images/
#     description: Image names
# custom:
#   level: error
#   subject: object
#   lesson: |
#     The pipeline's step that fills in the version failed quietly and left `web:` behind. The rollout was accepted, and its pods
#     waited with InvalidImageName until someone looked.
#   messages: [missing, unreadable]
#   params:
#     schemes:
#       description: What begins references that a build tool resolves before the manifest is applied, as `ko://` ones.
#       default: [ko]
#       schema: {type: array, items: {type: string, minLength: 1}, uniqueItems: true}
package rules.images["invalid-reference"]

import data.lib.images
import data.lib.placeholders

# METADATA
# description: One finding for each reference that cannot be read.
# scope: document
finding contains {
	"path": image.path,
	"messageId": _fault(image.written),
	"data": object.union(images.describe(image), {"reason": image.error}),
} if {
	some image in input.images
	image.error
	not _is_resolved(image.written)
	not placeholders.stands_at(image.path)
}

_fault(reference) := "missing" if reference == ""

_fault(reference) := "unreadable" if reference != ""

_is_resolved(reference) if {
	some scheme in data.params["images/invalid-reference"].schemes
	startswith(reference, $"{scheme}://")
}
