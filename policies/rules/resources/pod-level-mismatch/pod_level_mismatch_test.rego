package rules.resources["pod-level-mismatch_test"]

import data.rules.resources["pod-level-mismatch"] as rule

test_finding_when[note] if {
	some note, check in {
		"containers request more than the pod": {
			"kind": "containers-pod-request",
			"resource": "cpu",
			"amount": "2",
			"limit": "1",
		},
		"a container's limit is above the pod's": {
			"kind": "container-limit-pod-limit",
			"container": "web",
			"resource": "cpu",
			"amount": "2",
			"limit": "1",
		},
		"the resource cannot be set for a pod": {"kind": "pod-level-resource", "resource": "nvidia.com/gpu"},
	}
	rule.finding == {{
		"path": "/p",
		"messageId": check.kind,
		"data": object.remove(check, ["kind"]),
	}} with input as {"checks": [object.union(check, {"path": "/p", "verdict": "exceeds"})]}
}

test_silent_when_the_check_is_another if {
	rule.finding == set() with input as {"checks": [{"kind": "request-limit", "verdict": "exceeds", "path": "/p"}]}
}
