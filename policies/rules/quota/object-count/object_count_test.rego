package rules.quota["object-count_test"]

import data.rules.quota["object-count"] as rule

_blocker := {"quota": "shop", "resource": "services", "limits": "count", "requested": "1", "used": "5", "hard": "5", "free": "0"}

_findings(kind, changes) := found if {
	found := rule.finding with input as {
		"objects": [{"kind": kind, "name": "web"}],
		"fits": [{"object": 0, "refusal": {
			"reason": "exceeded-quota",
			"path": "/kind",
			"blockers": [object.union(_blocker, changes)],
		}}],
	}
}

test_finding_when_the_count_is_full if {
	_findings("Service", {}) == {{
		"object": 0,
		"path": "/kind",
		"data": {
			"kind": "Service", "name": "web",
			"quota": "shop", "resource": "services", "requested": "1", "used": "5", "hard": "5",
		},
	}}
}

test_silent_when[note] if {
	some note, [kind, changes] in {
		"an amount is too large": ["PersistentVolumeClaim", {"limits": "amount"}],
		"a pod is refused": ["Pod", {"resource": "pods"}],
	}
	_findings(kind, changes) == set()
}
