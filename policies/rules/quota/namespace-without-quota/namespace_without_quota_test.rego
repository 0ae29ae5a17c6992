package rules.quota["namespace-without-quota_test"]

import data.rules.quota["namespace-without-quota"] as rule

_findings(changes, limit_range) := found if {
	found := rule.finding with input as {"namespaces": [object.union(
		{"object": 0, "name": "shop", "quotas": 0, "limitRanges": 0, "governedBy": []},
		changes,
	)]}
		with data.params["quota/namespace-without-quota"] as {"except": ["default"], "limitRange": limit_range}
}

_finding(id) := {"object": 0, "path": "/metadata/name", "messageId": id, "data": {"name": "shop"}}

test_finding_when[note] if {
	some note, [changes, limit_range, findings] in {
		"there is no quota": [{}, false, {_finding("quota")}],
		"there is neither": [{}, true, {_finding("quota"), _finding("limit-range")}],
		"there is no limit range": [{"quotas": 1}, true, {_finding("limit-range")}],
	}
	_findings(changes, limit_range) == findings
}

test_silent_when[note] if {
	some note, [changes, limit_range] in {
		"there is a quota": [{"quotas": 1}, false],
		"there are both": [{"quotas": 1, "limitRanges": 1}, true],
		"it needs none": [{"name": "default"}, true],
		"something else governs it": [{"governedBy": ["Capsule shop"]}, true],
	}
	_findings(changes, limit_range) == set()
}
