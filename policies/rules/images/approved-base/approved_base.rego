# METADATA
# title: Images are built on approved bases
# description: |
#   The image that a Dockerfile ships stands on a base, through its stages and arguments, that is not on the list; or an
#   image of a manifest says that it does, or is none of those that are known to be built well. Without a list the rule
#   says nothing.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://docs.docker.com/reference/dockerfile/
#     description: FROM and ARG
#   - ref: https://docs.docker.com/build/building/multi-stage/
#     description: Multi-stage builds
#   - ref: https://github.com/opencontainers/image-spec/blob/main/annotations.md
#     description: "org.opencontainers.image.base.name"
# custom:
#   level: error
#   subject: [dockerfile, object]
#   lesson: |
#     When a hole in a TLS library was published, the base images were rebuilt within a day. Eleven services stood
#     on others. They were found by an attacker's scan, not by ours.
#   messages: [open, other, says, unproven]
#   params:
#     images:
#       description: |
#         Approved images or repositories in full, such as `registry.example.com/base` or
#         `docker.io/library/alpine`. An entry matches whole path segments.
#       default: []
#       schema: {type: array, items: {type: string, minLength: 1}, uniqueItems: true}
#     built:
#       description: |
#         Images of manifests that are known to be built on approved bases, by the same sort of entry. With any here,
#         every other image has to show by its labels what it is built on.
#       default: []
#       schema: {type: array, items: {type: string, minLength: 1}, uniqueItems: true}
#     scratch:
#       description: |
#         Whether an image may stand on nothing.
#       default: true
#       schema: {type: boolean}
package rules.images["approved-base"]

import data.lib.images

# METADATA
# description: |
#   At most one finding for a Dockerfile: for the base of what ships. For a manifest one for each image that says it is
#   built on another base, or that neither says its base nor is known.
# scope: document
finding contains {"path": stage.path, "messageId": fault, "data": {"base": stage.base}} if {
	_params.images != []
	some stage in input.stages
	stage.ships
	not _builds_on_a_stage(stage)
	fault := _fault(stage)
}

finding contains {"path": image.path, "messageId": fault, "data": object.union(images.describe(image), origin)} if {
	_params.images != []
	some image in input.images
	image.name
	not _is_listed(image.name, _params.images)
	[fault, origin] := _image_fault(image)
}

_image_fault(image) := ["says", {"base": base.written}] if {
	base := image.content.base
	not _is_approved_image(base)
} else := ["unproven", {}] if {
	not image.content.base
	_params.built != []
	not _is_listed(image.name, _params.built)
}

_is_approved_image(base) if _is_listed(base.name, _params.images)

_is_approved_image(base) if {
	base.written == "scratch"
	_params.scratch
}

_params := data.params["images/approved-base"]

_builds_on_a_stage(stage) if stage.stage >= 0

_fault(stage) := "open" if {
	stage.open
} else := "other" if {
	not _is_approved(stage)
}

_is_approved(stage) if {
	stage.base == "scratch"
	_params.scratch
}

_is_approved(stage) if {
	_is_listed(stage.image.name, _params.images)
}

_is_listed(name, entries) if {
	some entry in entries
	startswith($"{name}/", $"{trim_right(entry, "/")}/")
}
