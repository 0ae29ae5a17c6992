# METADATA
# title: Images are built on approved bases
# description: |
#   The image that a Dockerfile ships stands on a base, through its stages and arguments, that is not on the list.
#   Without a list the rule says nothing.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://docs.docker.com/reference/dockerfile/
#     description: FROM and ARG
#   - ref: https://docs.docker.com/build/building/multi-stage/
#     description: Multi-stage builds
# custom:
#   level: error
#   subject: dockerfile
#   lesson: |
#     When a hole in a TLS library was published, the base images were rebuilt within a day. Eleven services stood
#     on others. They were found by an attacker's scan, not by ours.
#   messages: [open, other]
#   params:
#     images:
#       description: |
#         Approved images or repositories in full, such as `registry.example.com/base` or
#         `docker.io/library/alpine`. An entry matches whole path segments.
#       default: []
#       schema: {type: array, items: {type: string, minLength: 1}, uniqueItems: true}
#     scratch:
#       description: |
#         Whether an image may stand on nothing.
#       default: true
#       schema: {type: boolean}
package rules.images["approved-base"]

# METADATA
# description: At most one finding, for the base of what ships.
# scope: document
finding contains {"path": stage.path, "messageId": fault, "data": {"base": stage.base}} if {
	_params.images != []
	some stage in input.stages
	stage.ships
	not _builds_on_a_stage(stage)
	fault := _fault(stage)
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
	some entry in _params.images
	startswith($"{stage.image.name}/", $"{trim_right(entry, "/")}/")
}
