# METADATA
# title: Every field is one that Kubernetes has
# description: |
#   A field is written that its type does not have: kubectl refuses the object, and clients that do not validate as
#   strictly lose what it says without a word.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
#     description: Field validation
# custom:
#   level: error
#   subject: object
#   lesson: |
#     Limits were written one step too far to the left, beside `resources:` instead of under it. The pipeline applied
#     with validation switched off. For months a service ran without any limit, until it took its node down.
#   messages: [unknown, unknown-meant]
#   params: {}
package rules.delivery["unknown-field"]

# METADATA
# description: One finding for each field.
# scope: document
finding contains {
	"path": unknown.path,
	"messageId": _message(unknown),
	"data": object.union({"parent": input.object.kind}, object.filter(unknown, {"field", "instead", "parent"})),
} if {
	some unknown in input.unknownFields
}

_message(unknown) := "unknown-meant" if {
	unknown.instead
} else := "unknown"
