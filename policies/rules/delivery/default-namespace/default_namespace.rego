# METADATA
# title: Nothing goes into the namespace default
# description: |
#   An object is put into the namespace `default`, which has no quota, no limit range and no owner.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
#     description: Avoid the default namespace in production
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     A load test was started in `default` and forgotten. It took the memory of three nodes for a weekend, and no
#     quota was asked, since there was none.
#   messages: []
#   params:
#     namespaces:
#       description: |
#         Namespaces that nothing may be put into.
#       default: [default]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.delivery["default-namespace"]

# METADATA
# description: At most one finding, for the object.
# scope: document
finding contains {"path": "/metadata/namespace", "data": object.filter(input.object, {"kind", "name", "namespace"})} if {
	not input.namespaced == false
	_knows_namespace
	input.object.namespace in data.params["delivery/default-namespace"].namespaces
}

_knows_namespace if input.writtenNamespace

_knows_namespace if not input.partial
