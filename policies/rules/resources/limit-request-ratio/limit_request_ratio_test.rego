package rules.resources["limit-request-ratio_test"]

import data.rules.resources["limit-request-ratio"] as rule

_check := {
	"kind": "request-limit",
	"verdict": "within",
	"path": "/spec/containers/0/resources/limits/memory",
	"container": "web",
	"resource": "memory",
	"amount": "1Gi",
	"limit": "2050Mi",
	"ratio": 2.002,
}

_findings(change, max) := found if {
	found := rule.finding with input as {"checks": [object.union(_check, change)]}
		with data.params["resources/limit-request-ratio"] as {"max": max}
}

test_finding_when_the_limit_is_too_far_above if {
	_findings({}, {"memory": 2}) == {{
		"path": "/spec/containers/0/resources/limits/memory",
		"data": {"container": "web", "resource": "memory", "request": "1Gi", "limit": "2050Mi", "ratio": 2.002, "max": 2},
	}}
}

test_silent_when[note] if {
	some note, [change, max] in {
		"the ratio is just allowed": [{}, {"memory": 2.002}],
		"the resource is not looked at": [{"resource": "cpu"}, {"memory": 2}],
		"the limit is below": [{"verdict": "exceeds", "ratio": 0.5}, {"memory": 2}],
		"the check is another": [{"kind": "containers-pod-request"}, {"memory": 2}],
	}
	_findings(change, max) == set()
}
