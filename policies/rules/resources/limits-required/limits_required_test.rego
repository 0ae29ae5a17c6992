package rules.resources["limits-required_test"]

import data.rules.resources["limits-required"] as rule

_params := {"resources": ["cpu", "memory"], "roles": ["app", "sidecar"]}

_findings(container) := found if {
	found := rule.finding with input as {"pods": [{"requests": {}, "limits": {}}], "containers": [object.union(
		{"path": "/spec/containers/0", "pod": 0, "name": "web", "role": "app", "requests": {}, "limits": {}},
		container,
	)]}
		with data.params["resources/limits-required"] as _params
}

_finding(resource, id) := {
	"path": "/spec/containers/0/resources",
	"messageId": id,
	"data": {"container": "web", "resource": resource},
}

test_finding_when[note] if {
	some note, [container, findings] in {
		"nothing is named": [{}, {_finding("cpu", "missing"), _finding("memory", "missing")}],
		"one is missing": [{"limits": {"cpu": "1"}}, {_finding("memory", "missing")}],
		"one is zero": [{"limits": {"cpu": "1", "memory": "0"}}, {_finding("memory", "zero")}],
		"a sidecar has none": [{"role": "sidecar", "limits": {"memory": "1Gi"}}, {_finding("cpu", "missing")}],
	}
	_findings(container) == findings
}

test_silent_when[note] if {
	some note, container in {
		"both are named": {"limits": {"cpu": "1", "memory": "1Gi"}},
		"an amount cannot be read": {"limits": {"cpu": "1", "memory": ""}},
		"the role is not looked at": {"role": "init"},
		"the container is ephemeral": {"role": "ephemeral"},
	}
	_findings(container) == set()
}

test_silent_when_the_pod_has_it if {
	facts := {
		"pods": [{"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}],
		"containers": [{"path": "", "pod": 0, "name": "web", "role": "app", "requests": {}, "limits": {}}],
	}
	rule.finding == set() with input as facts
		with data.params["resources/limits-required"] as _params
}
