# METADATA
# title: Images do not start as root
# description: |
#   The last stage switches to root, or nothing in the file says who the image starts as and its base is known to
#   start as root.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://docs.docker.com/build/building/best-practices/
#     description: USER
#   - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#     description: Pod Security Standards, restricted
# custom:
#   level: warning
#   subject: dockerfile
#   lesson: |
#     A library that resizes images had a hole. The upload service ran as root with a folder of the node mounted,
#     and the attacker had the node.
#   messages: [missing, root]
#   params:
#     rootBases:
#       description: |
#         Images beside the Docker official ones that are known to start as root; whole path segments of their
#         full names. Of all others nothing is said.
#       default: [docker.io/cypress, docker.io/redhat, mcr.microsoft.com/dotnet, public.ecr.aws/amazonlinux, registry.access.redhat.com/ubi8-micro, registry.access.redhat.com/ubi8-minimal, registry.access.redhat.com/ubi8/ubi, registry.access.redhat.com/ubi8/ubi-init, registry.access.redhat.com/ubi8/ubi-micro, registry.access.redhat.com/ubi8/ubi-minimal, registry.access.redhat.com/ubi9-micro, registry.access.redhat.com/ubi9-minimal, registry.access.redhat.com/ubi9/ubi, registry.access.redhat.com/ubi9/ubi-init, registry.access.redhat.com/ubi9/ubi-micro, registry.access.redhat.com/ubi9/ubi-minimal, registry.access.redhat.com/ubi10/ubi, registry.access.redhat.com/ubi10/ubi-init, registry.access.redhat.com/ubi10/ubi-micro, registry.access.redhat.com/ubi10/ubi-minimal]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     otherUsers:
#       description: |
#         Docker official images that name another user themselves, in some version at least.
#       default: [adminer, api-firewall, eggdrop, elasticsearch, emqx, flink, fluentd, geonetwork, groovy, haproxy, influxdb, jenkins, jetty, kibana, kong, krakend, lightstreamer, liquibase, logstash, memcached, notary, odoo, open-liberty, percona, rocket.chat, satosa, solr, sonarqube, spark, spiped, teamspeak, varnish, websphere-liberty]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.dockerfile["non-root"]

# METADATA
# description: At most one finding, for the user of the last stage.
# scope: document
finding contains {"path": input.user.path, "messageId": "root", "data": {"written": input.user.written}} if input.user.root

finding contains {"path": input.user.path, "messageId": "missing", "data": {"base": stage.base}} if {
	not input.user.written
	some stage in input.stages
	stage.ships
	_starts_as_root(stage)
}

_params := data.params["dockerfile/non-root"]

_starts_as_root(stage) if stage.base == "scratch"

_starts_as_root(stage) if {
	stage.image.official
	not stage.image.official in _params.otherUsers
	not _names_another_user(stage.image)
}

_starts_as_root(stage) if {
	some base in _params.rootBases
	startswith($"{stage.image.name}/", $"{base}/")
	not _names_another_user(stage.image)
}

_names_another_user(image) if {
	some word in {"chiseled", "distroless", "nonroot", "rootless", "unprivileged"}
	contains(image.tag, word)
}
