package rules.resources["request-exceeds-limit_test"]

import data.rules.resources["request-exceeds-limit"] as rule

_check := {
	"kind": "request-limit",
	"verdict": "exceeds",
	"path": "/spec/containers/0/resources/requests/memory",
	"container": "web",
	"resource": "memory",
	"amount": "1Gi",
	"limit": "512Mi",
}

_finding(id) := {
	"path": "/spec/containers/0/resources/requests/memory",
	"messageId": id,
	"data": {"container": "web", "resource": "memory", "request": "1Gi", "limit": "512Mi"},
}

test_finding_when[note] if {
	some note, [change, finding] in {
		"the request is above": [{}, _finding("exceeds")],
		"both have to be equal": [{"verdict": "differs"}, _finding("differs")],
	}
	rule.finding == {finding} with input as {"checks": [object.union(_check, change)]}
}

test_finding_of_a_pod_names_no_container if {
	some finding in rule.finding with input as {"checks": [object.remove(_check, ["container"])]}
	finding.data == {"resource": "memory", "request": "1Gi", "limit": "512Mi"}
}

test_silent_when[note] if {
	some note, change in {
		"the request is below": {"verdict": "within"},
		"the check is another": {"kind": "containers-pod-request"},
	}
	rule.finding == set() with input as {"checks": [object.union(_check, change)]}
}
