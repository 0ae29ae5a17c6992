# METADATA
# title: Workloads run more than one pod
# description: |
#   A workload keeps fewer pods than asked for: one node that goes takes the service with it. An autoscaler of the
#   input counts with its minimum; zero replicas are meant so.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
#     description: Replicas of a Deployment
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
#     description: Disruptions
# custom:
#   level: "off"
#   subject: release
#   lesson: |
#     The cloud provider replaced a node at noon. The only pod of the login service needed four minutes to start
#     on another one, and nobody could sign in.
#   messages: []
#   params:
#     minimum:
#       description: |
#         The smallest number of pods that is enough.
#       default: 2
#       schema: {type: integer, minimum: 1}
package rules.availability.replicas

# METADATA
# description: One finding for each workload with too few pods.
# scope: document
finding contains {
	"object": workload.object,
	"path": workload.path,
	"data": object.union(
		object.filter(input.objects[workload.object], {"kind", "name"}),
		{"replicas": workload.replicas, "minimum": _minimum},
	),
} if {
	some workload in input.workloads
	workload.replicas > 0
	workload.replicas < _minimum
}

_minimum := data.params["availability/replicas"].minimum
