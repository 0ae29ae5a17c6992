package rules.availability["probes-identical_test"]

import data.rules.availability["probes-identical"] as rule

_findings(liveness) := found if {
	found := rule.finding with input as {"containers": [{"name": "web", "probes": {
		"liveness": object.union({"path": "/l", "action": "a", "patienceSeconds": 30}, liveness),
		"readiness": {"path": "/r", "action": "a", "patienceSeconds": 30},
	}}]}
}

test_finding if {
	_findings({}) == {{
		"path": "/l",
		"data": {"container": "web", "liveness": 30, "readiness": 30},
	}}
}

test_silent_when_the_rest_stands_in_another_container if {
	rule.finding == set() with input as {"containers": [{"name": "web", "partial": true, "probes": {
		"liveness": {"path": "/l", "action": "a", "patienceSeconds": 30},
		"readiness": {"path": "/r", "action": "a", "patienceSeconds": 30},
	}}]}
}

test_silent_when[note] if {
	some note, liveness in {
		"liveness is more patient": {"patienceSeconds": 60},
		"liveness asks something else": {"action": "b"},
	}
	_findings(liveness) == set()
}
