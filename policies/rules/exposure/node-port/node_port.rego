# METADATA
# title: Services open no ports on the nodes
# description: |
#   A Service of type NodePort opens a port on every node, past the ingress with its names, certificates and
#   limits.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/services-networking/service/
#     description: Types of Services
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: "services.nodeports"
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     A tool for tests was put on a node port for an afternoon. It stood in the internet with its default password
#     for five months, since one node had a public address.
#   messages: []
#   params: {}
package rules.exposure["node-port"]

# METADATA
# description: One finding for a Service of that type.
# scope: document
finding contains {
	"path": input.service.type.path,
	"data": {"name": input.object.name, "ports": input.service.nodePorts},
} if {
	input.service.type.effective == "NodePort"
}
