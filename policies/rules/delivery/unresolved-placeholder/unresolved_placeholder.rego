# METADATA
# title: No placeholder is left in a manifest
# description: |
#   A text that a template step had to fill is still there: `${X}`, `$(X)` that Kubernetes does not resolve,
#   `__X__`, `@@X@@`, `%X%`, `{{ x }}`, `<x>`, CHANGE_ME, TODO.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
#     description: How Kubernetes resolves $(NAME)
#   - ref: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
#     description: Names of objects
# custom:
#   level: error
#   subject: object
#   lesson: |
#     A variable was renamed in the pipeline and not in the template. The database password became the text
#     `__DB_PASSWORD__`, was accepted everywhere, and locked the account after ten tries on a Friday night.
#   messages: []
#   params:
#     allowed:
#       description: |
#         Texts that are meant as they are, such as `${SECRET_DOMAIN}` where Flux fills it in after the check.
#       default: []
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     ignoredForms:
#       description: |
#         Kinds of marks that are not looked at.
#       default: []
#       schema: {type: array, items: {enum: [angle, at-signs, braces, dollar, percent, reference, underscores, word]}, uniqueItems: true}
package rules.delivery["unresolved-placeholder"]

# METADATA
# description: One finding for each field with a placeholder.
# scope: document
finding contains {"path": placeholder.path, "data": {"text": placeholder.text}} if {
	some placeholder in input.placeholders
	not placeholder.form in _params.ignoredForms
	not placeholder.text in _params.allowed
}

_params := data.params["delivery/unresolved-placeholder"]
