# METADATA
# title: Logs are collected once a node
# description: |
#   A workload brings a log collector of its own beside its program, where a DaemonSet collects what containers
#   print.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/cluster-administration/logging/
#     description: "Logging architecture: node agents and sidecars"
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     Sixty pods had a collector with a limit of 512Mi each. The namespace's quota was full, and a third of it was
#     for sending logs.
#   messages: []
#   params:
#     collectors:
#       description: |
#         Image names, without registry and path, that are log collectors.
#       default: [alloy, aws-for-fluent-bit, beats-filebeat, filebeat, fluent-bit, fluentd, fluentd-elasticsearch, fluentd-kubernetes-daemonset, log-pilot, logstash, logtail, promtail, splunkforwarder, universalforwarder, vector]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.logging["no-log-sidecar"]

# METADATA
# description: One finding for each collector beside a program.
# scope: document
finding contains {
	"path": image.path,
	"data": {"container": image.container, "image": image.written},
} if {
	input.family != "DaemonSet"
	some image in input.images
	_is_collector(image)
	image.container in _running(image.pod)
	some other in input.images
	other.pod == image.pod
	other.container in _running(image.pod)
	not _is_collector(other)
}

_is_collector(image) if array.reverse(split(image.name, "/"))[0] in data.params["logging/no-log-sidecar"].collectors

_running(pod) := {container.name |
	some container in input.containers
	container.pod == pod
	container.role in {"app", "sidecar"}
}
