package rules.availability.replicas_test

import data.rules.availability.replicas as rule

_findings(workload) := found if {
	found := rule.finding with input as {
		"objects": [{"kind": "Deployment", "name": "web", "namespace": "shop"}],
		"workloads": [object.union({"object": 0, "path": "/spec/replicas"}, workload)],
	}
		with data.params["availability/replicas"] as {"minimum": 2}
}

test_finding if {
	_findings({"replicas": 1}) == {{
		"object": 0,
		"path": "/spec/replicas",
		"data": {"kind": "Deployment", "name": "web", "replicas": 1, "minimum": 2},
	}}
}

test_silent_when[note] if {
	some note, workload in {
		"there are enough": {"replicas": 2},
		"it is switched off": {"replicas": 0},
		"the number is not known": {},
	}
	_findings(workload) == set()
}
