package rules.delivery["default-namespace_test"]

import data.rules.delivery["default-namespace"] as rule

_findings(id, facts) := found if {
	found := rule.finding with input as object.union({"object": id}, facts)
		with data.params["delivery/default-namespace"] as {"namespaces": ["default"]}
}

_service(namespace) := {"kind": "Service", "name": "web", "namespace": namespace}

test_finding_when[note] if {
	some note, facts in {
		"its kind has namespaces": {"namespaced": true},
		"its kind is custom": {},
		"it is a patch that names one": {"namespaced": true, "partial": true, "writtenNamespace": "default"},
	}
	_findings(_service("default"), facts) == {{"path": "/metadata/namespace", "data": _service("default")}}
}

test_silent_when[note] if {
	some note, [id, facts] in {
		"it goes elsewhere": [_service("shop"), {"namespaced": true}],
		"its namespace is not known": [_service(""), {"namespaced": true}],
		"its kind has none": [_service("default"), {"namespaced": false}],
		"it is a patch that names none": [_service("default"), {"namespaced": true, "partial": true}],
	}
	_findings(id, facts) == set()
}
