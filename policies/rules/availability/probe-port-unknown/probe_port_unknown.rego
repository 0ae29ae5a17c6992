# METADATA
# title: Probes ask a port that is there
# description: |
#   A probe names a port that the container does not declare, which never works; with `numbers` also a number that
#   is missing among the ports that it declares, which works but hides what listens there.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
#     description: Named ports in probes
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     A port was renamed from `http` to `web` and the probe was not. The release was rolled back after twenty
#     minutes with all new pods running and none ready.
#   messages: [no-such-name, no-such-number]
#   params:
#     numbers:
#       description: |
#         Whether a number has to be declared too where the container declares others.
#       default: false
#       schema: {type: boolean}
package rules.availability["probe-port-unknown"]

import data.lib.placeholders

# METADATA
# description: One finding for each probe with such a port.
# scope: document
finding contains {
	"path": probe.port.path,
	"messageId": probe.port.declared,
	"data": {"container": container.name, "probe": kind, "port": probe.port.written},
} if {
	some container in input.containers
	not container.partial
	some kind, probe in container.probes
	_counts(probe.port.declared)
	not placeholders.stands_at(probe.port.path)
}

_counts("no-such-name")

_counts("no-such-number") if data.params["availability/probe-port-unknown"].numbers
