# METADATA
# title: Probes do not kill in haste
# description: |
#   A liveness or startup probe restarts the container after one missed answer, or within seconds.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
#     description: Fields of a probe
#   - ref: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
#     description: Caution about liveness probes
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     The liveness probe gave up after three seconds. At the start of a live broadcast the pods were slow for
#     five, were all killed, and the load met those that were left.
#   messages: [hang, once, start]
#   params:
#     seconds:
#       description: |
#         The least time that a container has to fail before it is killed, and to start.
#       default: 15
#       schema: {type: integer, minimum: 1}
package rules.availability["probe-too-eager"]

# METADATA
# description: One finding for each probe that kills in haste.
# scope: document
finding contains {
	"path": fault.path,
	"messageId": fault.id,
	"data": object.union(fault.data, {"container": container.name}),
} if {
	some container in input.containers
	not container.partial
	some kind, probe in container.probes
	fault := _fault(kind, probe)
}

_minimum := data.params["availability/probe-too-eager"].seconds

_fault("liveness", probe) := {
	"id": "hang",
	"path": probe.path,
	"data": {"seconds": probe.patienceSeconds, "minimum": _minimum},
} if {
	probe.patienceSeconds < _minimum
} else := {"id": "once", "path": probe.path, "data": {}} if {
	probe.failureThreshold == 1
}

_fault("startup", probe) := {
	"id": "start",
	"path": probe.path,
	"data": {"seconds": probe.graceSeconds, "minimum": _minimum},
} if {
	probe.graceSeconds < _minimum
}
