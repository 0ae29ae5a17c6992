package rules.availability["disruption-budget_test"]

import data.rules.availability["disruption-budget"] as rule

_input := {"objects": [{"kind": "Deployment", "name": "web"}], "workloads": [], "budgets": []}

_findings(changes, required) := found if {
	found := rule.finding with input as object.union(_input, changes)
		with data.params["availability/disruption-budget"] as {"required": required, "minimum": 2}
}

_budget(verdict) := {"budgets": [{
	"object": 0, "path": "/spec/minAvailable", "field": "minAvailable", "written": "1", "pods": 1, "verdict": verdict,
}]}

_workload(replicas, budgets) := {"workloads": [{
	"object": 0, "path": "/spec/replicas", "replicas": replicas, "budgets": budgets,
}]}

test_finding_when[note] if {
	some note, [changes, finding] in {
		"a budget lets none go": [_budget("blocks"), {
			"object": 0,
			"path": "/spec/minAvailable",
			"messageId": "blocks",
			"data": {"field": "minAvailable", "written": "1", "pods": 1},
		}],
		"two budgets select the same": [_workload(2, ["a", "b"]), {
			"object": 0,
			"path": "/spec/template/metadata/labels",
			"messageId": "several",
			"data": {"budgets": ["a", "b"]},
		}],
		"there is none": [_workload(2, []), {
			"object": 0,
			"path": "/spec/replicas",
			"messageId": "missing",
			"data": {"kind": "Deployment", "name": "web", "replicas": 2},
		}],
	}
	_findings(changes, true) == {finding}
}

test_silent_when[note] if {
	some note, [changes, required] in {
		"the budget leaves room": [_budget("allows"), true],
		"there is one budget": [_workload(2, ["a"]), true],
		"there is one pod": [_workload(1, []), true],
		"none is asked for": [_workload(2, []), false],
	}
	_findings(changes, required) == set()
}
