# METADATA
# title: Claims for one node have one pod
# description: |
#   A workload may need a second pod while its claim can be mounted on one node only: it has several replicas, or
#   a rolling update starts the new pod before the old one ends.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/persistent-volumes/
#     description: Access modes
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
#     description: Strategy of a Deployment
# custom:
#   level: warning
#   subject: release
#   lesson: |
#     Releases of the upload service worked in the test cluster, which has one node. In production each of them
#     hung until someone scaled to zero by hand.
#   messages: [replicas, surge]
#   params: {}
package rules.storage["access-mode"]

# METADATA
# description: One finding for each claim that two pods may need.
# scope: document
finding contains {
	"object": shared.object,
	"path": shared.path,
	"messageId": shared.reason,
	"data": object.filter(shared, {"claim", "accessModes"}),
} if {
	some shared in input.sharedClaims
}
