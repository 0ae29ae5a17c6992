# METADATA
# title: Layers keep no package caches
# description: |
#   A RUN of a stage that ships leaves behind what a package manager downloaded. A later RUN cannot remove it any
#   more: the layer stays.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://docs.docker.com/build/building/best-practices/
#     description: apt-get in RUN
#   - ref: https://docs.docker.com/build/cache/optimize/
#     description: Cache mounts
# custom:
#   level: warning
#   subject: dockerfile
#   lesson: |
#     Forty images of a team carried 40 MB of package lists each. The nodes ran out of disk during a release of
#     all of them and evicted what was running.
#   messages: []
#   params:
#     managers:
#       description: |
#         The package managers that are looked at.
#       default: [apk, apt, pip, yum, zypper]
#       schema: {type: array, items: {enum: [apk, apt, pip, yum, zypper]}, uniqueItems: true}
package rules.dockerfile["package-cache"]

# METADATA
# description: One finding for each manager that leaves something in a layer.
# scope: document
finding contains {"path": used.path, "data": {"manager": used.manager}} if {
	some used in input.packages
	not used.cleaned
	used.manager in data.params["dockerfile/package-cache"].managers
}
