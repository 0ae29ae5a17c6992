package rules.quota["unknown-verdict_test"]

import data.rules.quota["unknown-verdict"] as rule

_findings(fit) := found if {
	found := rule.finding with input as {
		"objects": [{"kind": "DaemonSet", "name": "agent"}],
		"fits": [object.union({"object": 0, "unknown": []}, fit)],
	}
}

test_finding_when[note] if {
	some note, [fit, finding] in {
		"something is missing": [{"unknown": ["nodes"]}, {
			"object": 0,
			"path": "/kind",
			"messageId": "missing",
			"data": {"kind": "DaemonSet", "name": "agent", "unknown": ["nodes"]},
		}],
		"a class is not there": [
			{"pods": {"refusal": {"reason": "other", "path": "/spec", "message": "no"}}},
			{
				"object": 0,
				"path": "/spec",
				"messageId": "other",
				"data": {"kind": "DaemonSet", "name": "agent", "answer": "no"},
			},
		],
	}
	_findings(fit) == {finding}
}

test_silent_when[note] if {
	some note, fit in {
		"all is known": {},
		"the answer is known": {"refusal": {"reason": "invalid", "path": "/spec", "message": "no"}},
	}
	_findings(fit) == set()
}
