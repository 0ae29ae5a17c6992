# METADATA
# title: The API server has every kind
# description: |
#   An object is of a version that the judged release of Kubernetes does not serve any more, or of a kind that it
#   never had: nothing of it will be created.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
#     description: Deprecated API migration guide
# custom:
#   level: error
#   subject: object
#   lesson: |
#     A cluster was upgraded on a Friday. The disruption budgets of half the tenants were still written for
#     `policy/v1beta1`; from then on each release ended at the first of them, and the objects behind it in the file
#     were never applied.
#   messages: [removed, removed-meant, unknown]
#   params: {}
package rules.delivery["unserved-kind"]

# METADATA
# description: At most one finding, for the object.
# scope: document
finding contains {
	"path": unserved.path,
	"messageId": _message(unserved),
	"data": object.union(
		object.filter(unserved, {"instead", "removedIn"}),
		object.filter(input.object, {"apiVersion", "kind"}),
	),
} if {
	unserved := input.unserved
}

_message(unserved) := "removed-meant" if {
	unserved.why == "removed"
	unserved.instead
} else := unserved.why
