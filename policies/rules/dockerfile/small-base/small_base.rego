# METADATA
# title: Images ship without a tool chain
# description: |
#   What ships is built on a tool chain (golang, maven, a JDK), on a whole distribution, or on the large variant
#   of an image that has a small one.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://docs.docker.com/build/building/best-practices/
#     description: Choose the right base image
#   - ref: https://docs.docker.com/build/building/multi-stage/
#     description: Multi-stage builds
# custom:
#   level: "off"
#   subject: dockerfile
#   lesson: |
#     The image of the transcoder was 1.9 GB, most of it a compiler. When load rose, new nodes needed six minutes
#     before the first pod started on them.
#   messages: []
#   params:
#     toolChains:
#       description: |
#         Images that are for building, whatever their tag.
#       default: [buildpack-deps, gcc, golang, gradle, maven, rust, sdk]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     jdks:
#       description: |
#         Images with a JDK, unless their tag says `jre`.
#       default: [amazoncorretto, eclipse-temurin, ibm-semeru-runtimes, openjdk, sapmachine]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     large:
#       description: |
#         Images that are large unless their tag says `alpine`, `slim` or `minimal`.
#       default: [almalinux, amazonlinux, centos, debian, fedora, node, oraclelinux, perl, python, rockylinux, ruby, ubuntu]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.dockerfile["small-base"]

# METADATA
# description: One finding for a large base of what ships.
# scope: document
finding contains {"path": stage.path, "data": {"base": stage.base}} if {
	some stage in input.stages
	stage.ships
	_is_large(stage.image)
}

_params := data.params["dockerfile/small-base"]

_is_large(image) if _name(image) in _params.toolChains

_is_large(image) if {
	_name(image) in _params.jdks
	not contains(_tag(image), "jre")
}

_is_large(image) if {
	_name(image) in _params.large
	every word in {"alpine", "minimal", "slim"} {
		not contains(_tag(image), word)
	}
}

_name(image) := array.reverse(split(image.name, "/"))[0]

_tag(image) := object.get(image, "tag", "")
