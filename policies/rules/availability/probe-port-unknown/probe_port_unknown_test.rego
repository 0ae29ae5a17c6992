package rules.availability["probe-port-unknown_test"]

import data.rules.availability["probe-port-unknown"] as rule

_findings(declared, numbers) := found if {
	found := rule.finding with input as {"containers": [{
		"name": "web",
		"probes": {"readiness": {"port": {"path": "/p", "written": "http", "declared": declared}}},
	}]}
		with data.params["availability/probe-port-unknown"] as {"numbers": numbers}
}

test_finding_when[note] if {
	some note, [declared, numbers] in {
		"the name is not declared": ["no-such-name", false],
		"the number is not declared": ["no-such-number", true],
	}
	_findings(declared, numbers) == {{
		"path": "/p",
		"messageId": declared,
		"data": {"container": "web", "probe": "readiness", "port": "http"},
	}}
}

test_silent_when[note] if {
	some note, [declared, numbers] in {
		"numbers do not matter": ["no-such-number", false],
		"it declares no port": ["no-ports", true],
		"the port is declared": ["yes", true],
	}
	_findings(declared, numbers) == set()
}

_facts := {"containers": [{
	"name": "web",
	"probes": {"readiness": {"port": {"path": "/p", "written": "http", "declared": "no-such-name"}}},
}]}

test_silent_when_something_else_decides[note] if {
	some note, facts in {
		"a container that a patch changes may declare it": {"containers": [object.union(
			_facts.containers[0],
			{"partial": true},
		)]},
		"a template step had to fill it in": object.union(_facts, {"placeholders": [{"path": "/p"}]}),
	}
	rule.finding == set() with input as facts
}
