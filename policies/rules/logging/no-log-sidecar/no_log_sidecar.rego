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
#   messages: [alone, collected]
#   params:
#     collectors:
#       description: |
#         Images that are log collectors: a name without registry and path, or words of such a name that dashes divide
#         from the rest (`filebeat` is in `filebeat-configured`); with a slash, the whole end of the reference.
#       default: [aws-for-fluent-bit, filebeat, fluent-bit, fluentbit, fluentd, grafana/alloy, log-agent, log-collector, log-forwarder, log-pilot, log-shipper, loggie, logstash, logtail, promtail, rsyslog, splunkforwarder, syslog-ng, timberio/vector, universalforwarder]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.logging["no-log-sidecar"]

# METADATA
# description: One finding for each collector beside a program.
# scope: document
finding contains {
	"path": image.path,
	"messageId": _situation.id,
	"data": object.union({"container": image.container, "image": image.written}, _situation.data),
} if {
	input.family != "DaemonSet"
	some image in input.images
	_is_collector(image.name)
	running := _running(image.pod)
	image.container in running
	count(running - _collectors(image.pod)) > 0
}

# METADATA
# description: Whether a DaemonSet is known that collects the logs of every node.
_situation := {"id": "collected", "data": {"daemonSet": min(_node_collectors)}} if {
	count(_node_collectors) > 0
} else := {"id": "alone", "data": {}}

_node_collectors contains agent.name if {
	some agent in input.nodeAgents
	some name in agent.images
	_is_collector(name)
}

_collectors(pod) := {image.container |
	some image in input.images
	image.pod == pod
	_is_collector(image.name)
}

_is_collector(name) if {
	some collector in data.params["logging/no-log-sidecar"].collectors
	_names(name, collector)
}

_names(name, collector) if {
	contains(collector, "/")
	endswith($"/{name}", $"/{collector}")
}

_names(name, collector) if {
	not contains(collector, "/")
	last := array.reverse(split(name, "/"))[0]
	words := replace(replace(last, "_", "-"), ".", "-")
	contains($"-{words}-", $"-{collector}-")
}

_running(pod) := {container.name |
	some container in input.containers
	container.pod == pod
	container.role in {"app", "sidecar"}
}
