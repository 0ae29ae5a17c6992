# METADATA
# title: Replicas are spread over zones
# description: |
#   A workload of several pods has nothing that really spreads them over zones: no constraint or anti-affinity on
#   the zone, one whose selector misses its own pods, a skew as large as the number of pods, or a node selector
#   for one zone.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
#     description: Topology spread constraints and their defaults
#   - ref: https://kubernetes.io/docs/setup/best-practices/multiple-zones/
#     description: Running in multiple zones
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     Two zones were paid for, and all three pods of the gateway stood in one of them. It lost power for forty
#     minutes.
#   messages: [missing, pinned, selector, skew, soft]
#   params:
#     minimum:
#       description: |
#         From how many pods on a workload has to be spread.
#       default: 2
#       schema: {type: integer, minimum: 2}
#     hard:
#       description: |
#         Whether a wish (`ScheduleAnyway`, preferred anti-affinity) is not enough.
#       default: false
#       schema: {type: boolean}
#     keys:
#       description: |
#         Node labels that name the zone.
#       default: [topology.kubernetes.io/zone, failure-domain.beta.kubernetes.io/zone]
#       schema: {type: array, items: {type: string}, minItems: 1, uniqueItems: true}
package rules.availability["zone-spread"]

# METADATA
# description: One finding for each pod template whose pods may share a zone.
# scope: document
finding contains {
	"path": fault.path,
	"messageId": fault.id,
	"data": object.union(fault.data, {"replicas": pod.replicas}),
} if {
	not input.partial
	input.family in {"Custom", "Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"}
	some pod in input.pods
	pod.replicas >= _params.minimum
	fault := _fault(pod)
}

_params := data.params["availability/zone-spread"]

_fault(pod) := {"id": "pinned", "path": $"{pod.path}/spec/nodeSelector", "data": {"zone": pod.zone}} if {
	pod.zone
} else := {"id": "missing", "path": $"{pod.path}/spec", "data": {"key": _params.keys[0]}} if {
	count(_zonal(pod)) == 0
} else := {"id": "selector", "path": _zonal(pod)[0].path, "data": {}} if {
	count(_own(pod)) == 0
} else := {"id": "skew", "path": _own(pod)[0].path, "data": {"maxSkew": _own(pod)[0].maxSkew}} if {
	every spread in _own(pod) {
		spread.maxSkew >= pod.replicas
	}
} else := {"id": "soft", "path": _own(pod)[0].path, "data": {}} if {
	_params.hard
	every spread in _own(pod) {
		not spread.hard
	}
}

_zonal(pod) := [spread | some spread in object.get(pod, "spread", []); spread.topologyKey in _params.keys]

_own(pod) := [spread | some spread in _zonal(pod); spread.selects]
