# METADATA
# title: Every value is of the form that its field has
# description: |
#   A value is a number where Kubernetes wants text, text where it wants a number, a map where it wants a list: the API
#   server cannot decode the object, and refuses it.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/kubernetes-api/
#     description: Kubernetes API
#   - ref: https://github.com/kubernetes/kubernetes/issues/12889
#     description: Numbers in environment variables
# custom:
#   level: error
#   subject: object
#   lesson: |
#     A pipeline put a port into a variable, and `value: 8080` into the manifest. It had worked with every host name
#     before. The release stopped half-way: the first three files were applied, the Deployment was not.
#   messages: [boolean, list, map, number, number-or-text, text, whole-number]
#   params: {}
package rules.delivery.undecodable

# METADATA
# description: One finding for each value.
# scope: document
finding contains {
	"path": fault.path,
	"messageId": fault.wanted,
	"data": object.filter(fault, {"answer", "field", "found"}),
} if {
	some fault in input.undecodable
}
