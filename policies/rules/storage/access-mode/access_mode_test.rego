package rules.storage["access-mode_test"]

import data.rules.storage["access-mode"] as rule

_shared := {
	"object": 0, "path": "/v", "claim": "data",
	"accessModes": ["ReadWriteOnce"],
	"reason": "surge",
}

_findings(shared) := found if {
	found := rule.finding with input as {"sharedClaims": shared}
}

test_finding if {
	_findings([_shared]) == {{
		"object": 0,
		"path": "/v",
		"messageId": "surge",
		"data": {"claim": "data", "accessModes": ["ReadWriteOnce"]},
	}}
}

test_silent_without_shared_claims if {
	_findings([]) == set()
}
