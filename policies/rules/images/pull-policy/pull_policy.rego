# METADATA
# title: The pull policy fits the tag
# description: |
#   A tag that moves is not pulled at each start, so that nodes run different content under one name; the policy is none
#   that Kubernetes knows; or, with the option `always`, an image may be taken from a node without asking its registry.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/containers/images/
#     description: Image pull policy and its defaults
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
#     description: AlwaysPullImages, and why shared nodes want it
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     A fix was pushed under the tag that everyone used. Nodes that had the old image kept it, the error came back with every
#     third request, and the team searched its own code for two days.
#   messages: [moves, always, unknown]
#   params:
#     moving:
#       description: Tags that move; an image without tag and digest has the tag latest.
#       default: [latest]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     always:
#       description: Whether every image has to be pulled at each start, as the admission plugin AlwaysPullImages forces it.
#       default: false
#       schema: {type: boolean}
package rules.images["pull-policy"]

import data.lib.images

# METADATA
# description: One finding for each image whose policy does not fit.
# scope: document
finding contains {
	"path": image.pullPolicy.path,
	"messageId": fault,
	"data": object.union(
		images.describe(image),
		{"policy": image.pullPolicy.effective},
	),
} if {
	some image in input.images
	image.pullPolicy.effective != "Always"
	not _stands_elsewhere(image)
	fault := _fault(image)
}

_params := data.params["images/pull-policy"]

_stands_elsewhere(image) if {
	input.partial
	not image.pullPolicy.written
}

_fault(image) := "unknown" if {
	not image.pullPolicy.effective in {"IfNotPresent", "Never"}
} else := "moves" if {
	not image.digest
	image.tag.effective in _params.moving
} else := "always" if {
	_params.always
}
