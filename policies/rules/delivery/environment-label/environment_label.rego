# METADATA
# title: Namespaces and workloads say their environment
# description: |
#   A Namespace or workload has none of the labels that say its environment, or a value that is no environment.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
#     description: Labels
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     The step that renders manifests fell back to `prod` when its variable was empty. A test release stood in
#     production for an hour, and nothing about it said so.
#   messages: [missing, unknown]
#   params:
#     labels:
#       description: |
#         Labels of which one has to be there.
#       default: [environment, env, app.kubernetes.io/environment]
#       schema: {type: array, items: {type: string}, minItems: 1, uniqueItems: true}
#     values:
#       description: |
#         The environments; any value is one when the list is empty.
#       default: []
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.delivery["environment-label"]

# METADATA
# description: At most one finding, for the object.
# scope: document
finding contains {
	"path": "/metadata/labels",
	"messageId": fault.id,
	"data": object.union(fault.data, object.filter(input.object, {"kind", "name"})),
} if {
	_is_judged
	fault := _fault
}

_params := data.params["delivery/environment-label"]

_is_judged if input.family

_is_judged if input.object.kind == "Namespace"

_written := [label | some label in _params.labels; input.labels[label]]

_fault := {"id": "missing", "data": {"labels": _params.labels}} if {
	not input.partial
	_written == []
} else := {"id": "unknown", "data": {"label": _written[0], "value": input.labels[_written[0]]}} if {
	_params.values != []
	not input.labels[_written[0]] in _params.values
}
