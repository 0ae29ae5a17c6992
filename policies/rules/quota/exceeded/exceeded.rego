# METADATA
# title: Releases fit their quota
# description: |
#   Pods of a workload, or an object with an amount, would not exist since a quota has no room for them; or
#   all that a namespace is given is more than its quota holds.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: Resource quotas
#   - ref: https://github.com/kubernetes/kubernetes/issues/55037
#     description: Deployments that run partly within quota
# custom:
#   level: error
#   subject: release
#   lesson: |
#     A release of eight replicas went into a namespace with room for four. The apply was green, the pipeline
#     was green, and half of the capacity was missing when the evening peak came.
#   messages: [object, pods, quota, replicas]
#   params: {}
package rules.quota.exceeded

import data.lib.fits

# METADATA
# description: |
#   One finding for each object that is refused, or whose pods are; and for each amount of a quota that is wanted more than
#   once, where no single object is to blame.
# scope: document
finding contains {
	"object": fit.object,
	"path": fit.pods.refusal.path,
	"messageId": _message(fit),
	"data": object.union_n([
		object.filter(input.objects[fit.object], {"kind", "name"}),
		object.filter(fit, {"maxReplicas"}),
		object.filter(fit.pods, {"created", "desired", "missing"}),
		fits.shortage(fit.pods.refusal),
	]),
} if {
	some fit in input.fits
	fit.pods.refusal.reason == "exceeded-quota"
}

finding contains {
	"object": fit.object,
	"path": fit.refusal.path,
	"messageId": "object",
	"data": object.union(
		object.filter(input.objects[fit.object], {"kind", "name"}),
		object.filter(amounts[0], {"quota", "resource", "requested", "used", "hard", "free"}),
	),
} if {
	some fit in input.fits
	fit.refusal.reason == "exceeded-quota"
	amounts := [one | some one in fit.refusal.blockers; not fits.counts_objects(input.objects[fit.object], one)]
	amounts != []
}

finding contains {
	"object": amount.object,
	"path": amount.path,
	"messageId": "quota",
	"data": object.filter(amount, {"namespace", "quota", "resource", "wanted", "hard", "over"}),
} if {
	some amount in input.quotas
	not amount.fits
	not amount.refuses
}

_message(fit) := "replicas" if {
	fit.maxReplicas > 0
} else := "pods"
