# METADATA
# description: What the API server refuses of an object, as the facts of a release tell it.
package lib.fits

# METADATA
# description: The refusals of an object itself and of its pods, as far as there are some.
# scope: document
refusals(fit) := {subject: refusal |
	some subject, refusal in {
		"object": object.get(fit, "refusal", null),
		"pods": object.get(fit, ["pods", "refusal"], null),
	}
	refusal != null
}

# METADATA
# description: The first quota and resource without room.
# scope: document
shortage(refusal) := object.filter(
	refusal.blockers[0],
	{"quota", "resource", "requested", "used", "hard", "free"},
)

# METADATA
# description: Whether an object is refused for its number, not for an amount. A pod is its workload's matter.
# scope: document
counts_objects(object, blocker) if {
	blocker.limits == "count"
	object.kind != "Pod"
}
