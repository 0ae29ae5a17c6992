# METADATA
# title: No object is there twice
# description: |
#   One file holds two objects that the server takes for one: the same kind and name in the same namespace. The
#   last one wins, and what the first one says is lost.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
#     description: Names identify objects of a kind in a namespace
# custom:
#   level: error
#   subject: release
#   lesson: |
#     A Deployment was copied to start a second one and the name was left. For two weeks every release rolled the
#     service out twice, first with the old limits.
#   messages: []
#   params:
#     acrossFiles:
#       description: |
#         Whether objects of different files count too; they do not where folders hold variants of one
#         release.
#       default: false
#       schema: {type: boolean}
package rules.delivery["duplicate-object"]

# METADATA
# description: One finding for each object that repeats an earlier one.
# scope: document
finding contains {"object": duplicate.object, "path": "/metadata/name", "data": object.filter(id, {"kind", "name"})} if {
	some duplicate in input.duplicates
	_counts(duplicate)
	id := input.objects[duplicate.object]
}

_counts(duplicate) if duplicate.sameFile

_counts(_) if data.params["delivery/duplicate-object"].acrossFiles
