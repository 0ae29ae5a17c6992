# METADATA
# title: Liveness is more patient than readiness
# description: |
#   Liveness and readiness ask the same question, and liveness gives up no later: what should take a pod out of
#   the service restarts it instead.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
#     description: Probes
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
#     description: "Configuring probes: one endpoint with a higher failureThreshold"
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     The database was slow for two minutes. All forty pods of the shop were killed together, started together,
#     and the connections that they opened together kept the database down for an hour.
#   messages: []
#   params: {}
package rules.availability["probes-identical"]

# METADATA
# description: One finding for each container whose two probes are one.
# scope: document
finding contains {
	"path": liveness.path,
	"data": {
		"container": container.name,
		"liveness": liveness.patienceSeconds,
		"readiness": readiness.patienceSeconds,
	},
} if {
	some container in input.containers
	not container.partial
	liveness := container.probes.liveness
	readiness := container.probes.readiness
	liveness.action == readiness.action
	liveness.patienceSeconds <= readiness.patienceSeconds
}
