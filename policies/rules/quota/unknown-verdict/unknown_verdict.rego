# METADATA
# title: What quota says is known
# description: |
#   Whether a workload fits its quota cannot be told, or only in part: something is not known that decides
#   about it.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/
#     description: Resource quotas
# custom:
#   level: warning
#   subject: release
#   lesson: |
#     A calculation took zero nodes for a DaemonSet, since it was given none, and said that the release fitted.
#   messages: [missing, other]
#   params: {}
package rules.quota["unknown-verdict"]

import data.lib.fits

# METADATA
# description: One finding for each object of which not all is known.
# scope: document
finding contains {
	"object": fit.object,
	"path": "/kind",
	"messageId": "missing",
	"data": object.union(
		object.filter(input.objects[fit.object], {"kind", "name"}),
		object.filter(fit, {"unknown"}),
	),
} if {
	some fit in input.fits
	fit.unknown != []
}

finding contains {
	"object": fit.object,
	"path": refusal.path,
	"messageId": "other",
	"data": object.union(
		object.filter(input.objects[fit.object], {"kind", "name"}),
		{"answer": refusal.message},
	),
} if {
	some fit in input.fits
	some refusal in fits.refusals(fit)
	refusal.reason == "other"
}
