# METADATA
# title: Services take no addresses of their own choice
# description: |
#   A Service lists `externalIPs`: every node then takes traffic to these addresses for itself, whoever they
#   belong to.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/services-networking/service/
#     description: External IPs
#   - ref: https://github.com/kubernetes/kubernetes/issues/97076
#     description: CVE-2020-8554
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     An address was copied from a manifest of another team. For a day half of the other team's traffic went to
#     the wrong service, and both searched in their own code.
#   messages: []
#   params:
#     allowed:
#       description: |
#         Addresses that Services may list.
#       default: []
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.exposure["external-ips"]

# METADATA
# description: One finding for each such address.
# scope: document
finding contains {
	"path": external.path,
	"data": {"name": input.object.name, "address": external.address},
} if {
	some external in input.service.externalIPs
	not external.address in data.params["exposure/external-ips"].allowed
}
