package rules.quota["must-specify_test"]

import data.rules.quota["must-specify"] as rule

_input(refusal) := {
	"objects": [{"kind": "Deployment", "name": "web"}],
	"fits": [{"object": 0, "pods": {"refusal": refusal}}],
}

test_finding_for_each_container_and_resource if {
	lacking := [
		{"path": "/c/0/resources", "container": "web", "resource": "limits.cpu", "quota": "shop"},
		{"path": "/c/1/resources", "container": "log", "resource": "limits.cpu", "quota": "shop"},
	]
	found := rule.finding with input as _input({"reason": "must-specify", "unspecified": lacking})
	found == {{
		"object": 0,
		"path": one.path,
		"messageId": "pods",
		"data": {
			"kind": "Deployment", "name": "web",
			"container": one.container, "resource": "limits.cpu", "quota": "shop",
		},
	} |
		some one in lacking
	}
}

test_silent_when_another_reason_holds if {
	found := rule.finding with input as _input({"reason": "exceeded-quota"})
	found == set()
}
