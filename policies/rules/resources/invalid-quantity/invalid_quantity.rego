# METADATA
# title: Amounts can be read
# description: |
#   An amount is no quantity of Kubernetes (`1GB`, `512MB`, `half`), is negative, or is a fraction of something that comes in
#   whole pieces. The API server refuses the object.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
#     description: Quantity
# custom:
#   level: error
#   subject: object
#   lesson: |
#     A release was built, tested and signed before the cluster saw `memory: 512MB` for the first time and refused one of
#     its eleven objects; half a release was live over lunch.
#   messages: [format, suffix, numeric, negative, fraction]
#   params: {}
package rules.resources["invalid-quantity"]

import data.lib.placeholders

# METADATA
# description: One finding for each amount that the server refuses.
# scope: document
finding contains {
	"path": amount.path,
	"messageId": amount.error,
	"data": object.union(
		{"resource": amount.resource, "amount": amount.written},
		object.filter(amount, {"container"}),
	),
} if {
	some amount in input.amounts
	amount.error
	not placeholders.stands_at(amount.path)
}
