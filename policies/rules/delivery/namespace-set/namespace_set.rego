# METADATA
# title: Objects name their namespace
# description: |
#   An object of a kind that lives in a namespace names none: it goes wherever the pipeline or the shell stands at
#   that moment. Custom kinds are left out, since only a cluster knows whether they have namespaces.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/
#     description: Namespaces
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     A hotfix was applied from a laptop whose context stood on another team's namespace. It took the rest of that
#     team's memory quota, and their release waited for pods that could not start.
#   messages: []
#   params:
#     except:
#       description: |
#         Kinds that need not name one.
#       default: []
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.delivery["namespace-set"]

# METADATA
# description: At most one finding, for the object.
# scope: document
finding contains {"path": "/metadata/namespace", "data": object.filter(input.object, {"kind", "name"})} if {
	input.namespaced
	not input.partial
	not input.writtenNamespace
	not input.object.kind in data.params["delivery/namespace-set"].except
}
