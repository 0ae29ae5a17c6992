package rules.dockerfile["package-cache_test"]

import data.rules.dockerfile["package-cache"] as rule

_findings(manager, cleaned) := found if {
	found := rule.finding with input as {"packages": [{
		"path": "/instructions/1",
		"manager": manager,
		"cleaned": cleaned,
	}]}
		with data.params["dockerfile/package-cache"] as {"managers": ["apt"]}
}

test_finding if {
	_findings("apt", false) == {{"path": "/instructions/1", "data": {"manager": "apt"}}}
}

test_silent_when[note] if {
	some note, [manager, cleaned] in {
		"the layer is clean": ["apt", true],
		"the manager is not looked at": ["pip", false],
	}
	_findings(manager, cleaned) == set()
}
