# METADATA
# title: Amounts mean what they look like
# description: |
#   An amount is valid and hardly what its author meant: thousandths of a byte (`memory: 100m`), a few hundred bytes
#   (`memory: 512`), hundreds of cores (`cpu: 500`), less than a thousandth of a core, a number that YAML reads as octal (`010`
#   is 8), or a notation that people misread (`1e3`, `0x10`, `1_000`).
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#     description: Meaning of cpu and memory, and the trap of `400m` of memory
#   - ref: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
#     description: Quantity
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     `memory: 100m` is a tenth of a byte. It was accepted and rounded up, and the container was killed at every start
#     for want of memory, with a message that named another reason.
#   messages: [bytes-thousandths, bytes-few, cores-many, cores-few, notation-octal, notation]
#   params:
#     maxCores:
#       description: More cores than this in a request or limit are taken for thousandths without their suffix.
#       default: 64
#       schema: {type: number, exclusiveMinimum: 0}
#     minCores:
#       description: Fewer cores than this, the server's own step, are rounded up by it.
#       default: 0.001
#       schema: {type: number, minimum: 0}
#     minBytes:
#       description: Fewer bytes than this, `1M`, are taken for a forgotten suffix.
#       default: 1000000
#       schema: {type: number, minimum: 0}
package rules.resources["suspicious-quantity"]

# METADATA
# description: One finding for each doubtful amount; of several reasons the first.
# scope: document
finding contains {
	"path": amount.path,
	"messageId": slip,
	"data": object.union(
		{
			"resource": amount.resource,
			"amount": amount.written,
			"effective": object.get(amount, "effective", amount.written),
		},
		object.filter(amount, {"container"}),
	),
} if {
	some amount in input.amounts
	not amount.error
	slip := _slip(amount)
}

_params := data.params["resources/suspicious-quantity"]

_slip(amount) := "notation-octal" if {
	amount.notation == "octal"
} else := "bytes-thousandths" if {
	amount.notation == "thousandths"
} else := "bytes-few" if {
	amount.unit == "bytes"
	amount.field in {"hard", "limit", "limit-range", "request"}
	amount.value > 0
	amount.value < _params.minBytes
} else := "cores-many" if {
	amount.unit == "cores"
	amount.field in {"limit", "request"}
	amount.value > _params.maxCores
} else := "cores-few" if {
	amount.unit == "cores"
	amount.value > 0
	amount.value < _params.minCores
} else := "notation" if {
	amount.notation in {"binary", "exponent", "hexadecimal", "underscores"}
}
