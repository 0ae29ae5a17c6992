package rules.quota["rollout-stuck_test"]

import data.rules.quota["rollout-stuck"] as rule

_blocker := {"quota": "shop", "resource": "pods", "limits": "count", "requested": "1", "used": "1", "hard": "1", "free": "0"}

_findings(rollout, missing) := found if {
	found := rule.finding with input as {
		"objects": [{"kind": "Deployment", "name": "web"}],
		"fits": [{"object": 0, "pods": {"missing": missing}, "rollout": object.union(
			{"path": "/spec/strategy", "peakPods": 2, "blockers": [_blocker]},
			rollout,
		)}],
	}
}

test_finding_when_it_never_ends if {
	_findings({"completes": false}, 0) == {{
		"object": 0,
		"path": "/spec/strategy",
		"data": {
			"kind": "Deployment", "name": "web", "peakPods": 2,
			"quota": "shop", "resource": "pods", "requested": "1", "free": "0", "hard": "1",
		},
	}}
}

test_silent_when[note] if {
	some note, [rollout, missing] in {
		"it ends": [{"completes": true}, 0],
		"pods are missing anyway": [{"completes": false}, 1],
	}
	_findings(rollout, missing) == set()
}
