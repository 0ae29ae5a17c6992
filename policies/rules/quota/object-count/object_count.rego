# METADATA
# title: Objects stay within the number that a quota allows
# description: |
#   A quota on the number of objects of a kind is full, and refuses the object itself.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/policy/resource-quotas/#object-count-quota
#     description: Object count quota
# custom:
#   level: error
#   subject: release
#   lesson: |
#     A namespace allowed five services. The sixth belonged to the database, and the release went on without
#     it: the script had no `set -e`.
#   messages: []
#   params: {}
package rules.quota["object-count"]

import data.lib.fits

# METADATA
# description: One finding for each object and count.
# scope: document
finding contains {
	"object": fit.object,
	"path": fit.refusal.path,
	"data": object.union(
		object.filter(input.objects[fit.object], {"kind", "name"}),
		object.filter(blocker, {"quota", "resource", "requested", "used", "hard"}),
	),
} if {
	some fit in input.fits
	fit.refusal.reason == "exceeded-quota"
	some blocker in fit.refusal.blockers
	fits.counts_objects(input.objects[fit.object], blocker)
}
