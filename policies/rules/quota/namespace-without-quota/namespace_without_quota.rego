# METADATA
# title: Every namespace has a quota
# description: |
#   A Namespace object comes without a ResourceQuota for it; or, where that is asked for, without a
#   LimitRange.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: Resource quotas
#   - ref: https://kubernetes.io/docs/concepts/security/multi-tenancy/
#     description: Multi-tenancy
# custom:
#   level: off
#   subject: release
#   lesson: |
#     Of forty namespaces one had been made by hand, for a test. A loop in it asked for pods all night, and in
#     the morning the nodes were full and thirty-nine teams could not deploy.
#   messages: [limit-range, quota]
#   params:
#     except:
#       description: |
#         Namespaces that need none.
#       default: ["default","kube-node-lease","kube-public","kube-system"]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     limitRange:
#       description: |
#         Whether a limit range is asked for as well.
#       default: false
#       schema: {type: boolean}
package rules.quota["namespace-without-quota"]

# METADATA
# description: One finding for each namespace that nothing bounds.
# scope: document
finding contains {
	"object": namespace.object,
	"path": "/metadata/name",
	"messageId": message_id,
	"data": object.filter(namespace, {"name"}),
} if {
	some namespace in input.namespaces
	not namespace.name in _params.except
	namespace.governedBy == []
	some message_id in _lacking(namespace)
}

_lacking(namespace) := {id |
	some id, isMissing in {
		"limit-range": _params.limitRange == true,
		"quota": true,
	}
	isMissing
	{"limit-range": namespace.limitRanges, "quota": namespace.quotas}[id] == 0
}

_params := data.params["quota/namespace-without-quota"]
