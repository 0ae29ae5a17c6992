package rules.dockerfile["glibc-on-alpine_test"]

import data.rules.dockerfile["glibc-on-alpine"] as rule

_findings(binaries) := found if {
	found := rule.finding with input as {"foreignBinaries": binaries}
}

test_finding if {
	_findings([{"path": "/instructions/4", "reason": "go", "what": "go build"}]) == {{
		"path": "/instructions/4",
		"messageId": "go",
		"data": {"what": "go build"},
	}}
}

test_silent_without_such_programs if {
	_findings([]) == set()
}
