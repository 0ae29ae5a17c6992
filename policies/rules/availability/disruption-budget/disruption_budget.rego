# METADATA
# title: Disruption budgets leave room for a drain
# description: |
#   A PodDisruptionBudget allows no pod to go, so that no node under them can ever be drained; or two budgets
#   select the same pods, which the eviction API refuses; or, where that is asked for, several replicas have no
#   budget.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
#     description: Disruption budgets
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
#     description: Disruptions
# custom:
#   level: warning
#   subject: release
#   lesson: |
#     An upgrade of the cluster hung for eleven hours on one budget with `minAvailable: 1` over one replica. The
#     provider then removed the node by force, with everything on it.
#   messages: [blocks, missing, several]
#   params:
#     required:
#       description: |
#         Whether workloads of several pods need a budget.
#       default: false
#       schema: {type: boolean}
#     minimum:
#       description: |
#         From how many pods on a workload needs one.
#       default: 2
#       schema: {type: integer, minimum: 2}
package rules.availability["disruption-budget"]

# METADATA
# description: One finding for each budget or workload that a drain would stumble over.
# scope: document
finding contains {
	"object": budget.object,
	"path": budget.path,
	"messageId": "blocks",
	"data": object.filter(budget, {"field", "written", "pods"}),
} if {
	some budget in input.budgets
	budget.verdict == "blocks"
}

finding contains {
	"object": workload.object,
	"path": "/spec/template/metadata/labels",
	"messageId": "several",
	"data": {"budgets": workload.budgets},
} if {
	some workload in input.workloads
	count(workload.budgets) > 1
}

finding contains {
	"object": workload.object,
	"path": workload.path,
	"messageId": "missing",
	"data": object.union(
		object.filter(input.objects[workload.object], {"kind", "name"}),
		{"replicas": workload.replicas},
	),
} if {
	_params.required
	some workload in input.workloads
	workload.replicas >= _params.minimum
	workload.budgets == []
}

_params := data.params["availability/disruption-budget"]
