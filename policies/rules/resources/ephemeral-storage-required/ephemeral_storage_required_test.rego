package rules.resources["ephemeral-storage-required_test"]

import data.rules.resources["ephemeral-storage-required"] as rule

_findings(container, sides) := found if {
	found := rule.finding with input as {"pods": [{"requests": {}, "limits": {}}], "containers": [object.union(
		{"path": "/spec/containers/0", "pod": 0, "name": "web", "role": "app", "requests": {}, "limits": {}},
		container,
	)]}
		with data.params["resources/ephemeral-storage-required"] as {"sides": sides, "roles": ["app"]}
}

_finding(id) := {
	"path": "/spec/containers/0/resources",
	"messageId": id,
	"data": {"container": "web", "resource": "ephemeral-storage", "side": id},
}

test_finding_when[note] if {
	some note, [container, sides, findings] in {
		"neither is named": [{}, ["requests", "limits"], {_finding("request"), _finding("limit")}],
		"the limit is missing": [{"requests": {"ephemeral-storage": "1Gi"}}, ["requests", "limits"], {_finding("limit")}],
		"only limits are looked at": [{}, ["limits"], {_finding("limit")}],
	}
	_findings(container, sides) == findings
}

test_silent_when[note] if {
	some note, container in {
		"both are named": {"requests": {"ephemeral-storage": "1Gi"}, "limits": {"ephemeral-storage": "2Gi"}},
		"the role is not looked at": {"role": "init"},
	}
	_findings(container, ["requests", "limits"]) == set()
}
