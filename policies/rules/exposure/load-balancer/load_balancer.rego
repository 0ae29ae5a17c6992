# METADATA
# title: Services ask for no load balancer of their own
# description: |
#   A Service of type LoadBalancer makes the provider build a balancer: with an address, a bill of its own, and
#   its node ports.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/services-networking/service/
#     description: Types of Services
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: "services.loadbalancers"
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     Every feature branch came with a balancer. Nobody noticed until the provider's limit was reached, and the
#     next one that could not be made was that of the shop.
#   messages: []
#   params:
#     allowed:
#       description: |
#         Names of annotations that make one acceptable, such as the one for internal balancers.
#       default: []
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.exposure["load-balancer"]

# METADATA
# description: One finding for a Service of that type.
# scope: document
finding contains {
	"path": input.service.type.path,
	"data": object.union({"name": input.object.name}, object.filter(input.service, {"loadBalancers", "nodePorts"})),
} if {
	input.service.loadBalancers > 0
	not _may_be_allowed
	every annotation in input.service.annotations {
		not annotation in _allowed
	}
}

_allowed := data.params["exposure/load-balancer"].allowed

_may_be_allowed if {
	input.partial
	_allowed != []
}
