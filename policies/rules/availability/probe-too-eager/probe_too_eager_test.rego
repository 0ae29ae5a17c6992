package rules.availability["probe-too-eager_test"]

import data.rules.availability["probe-too-eager"] as rule

_findings(probes) := found if {
	found := rule.finding with input as {"containers": [{"name": "web", "probes": probes}]}
		with data.params["availability/probe-too-eager"] as {"seconds": 15}
}

_probe(changes) := object.union({"path": "/p", "patienceSeconds": 30, "graceSeconds": 30, "failureThreshold": 3}, changes)

test_finding_when[note] if {
	some note, [probes, id, extra] in {
		"a hang of nine seconds kills": [
			{"liveness": _probe({"patienceSeconds": 9})},
			"hang",
			{"seconds": 9, "minimum": 15},
		],
		"one missed answer kills": [{"liveness": _probe({"failureThreshold": 1})}, "once", {}],
		"the start has three seconds": [
			{"startup": _probe({"graceSeconds": 3})},
			"start",
			{"seconds": 3, "minimum": 15},
		],
		"the start has three seconds and liveness is patient": [
			{"startup": _probe({"graceSeconds": 3}), "liveness": _probe({})},
			"start",
			{"seconds": 3, "minimum": 15},
		],
	}
	_findings(probes) == {{"path": "/p", "messageId": id, "data": object.union(extra, {"container": "web"})}}
}

test_silent_when_the_rest_stands_in_another_container if {
	rule.finding == set() with input as {"containers": [{
		"name": "web",
		"partial": true,
		"probes": {"liveness": _probe({"patienceSeconds": 9})},
	}]}
		with data.params["availability/probe-too-eager"] as {"seconds": 15}
}

test_silent_when[note] if {
	some note, probes in {
		"they are patient": {"liveness": _probe({}), "startup": _probe({})},
		"readiness is not asked": {"readiness": _probe({"patienceSeconds": 1})},
	}
	_findings(probes) == set()
}
