package rules.delivery["namespace-set_test"]

import data.rules.delivery["namespace-set"] as rule

_findings(facts) := found if {
	found := rule.finding with input as object.union({"object": {"kind": "Service", "name": "web"}}, facts)
		with data.params["delivery/namespace-set"] as {"except": ["Role"]}
}

test_finding if {
	_findings({"namespaced": true}) == {{
		"path": "/metadata/namespace",
		"data": {"kind": "Service", "name": "web"},
	}}
}

test_silent_when[note] if {
	some note, facts in {
		"it names one": {"namespaced": true, "writtenNamespace": "shop"},
		"its kind has none": {"namespaced": false},
		"its kind is custom": {},
		"it is a patch": {"namespaced": true, "partial": true},
		"its kind is left out": {"namespaced": true, "object": {"kind": "Role"}},
	}
	_findings(facts) == set()
}
