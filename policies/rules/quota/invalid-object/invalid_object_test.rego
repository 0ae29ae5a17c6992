package rules.quota["invalid-object_test"]

import data.rules.quota["invalid-object"] as rule

_input(fit) := {"objects": [{"kind": "Deployment", "name": "web"}], "fits": [object.union({"object": 0}, fit)]}

_refusal(reason) := {"reason": reason, "path": "/spec", "message": "no"}

test_finding_when[note] if {
	some note, [fit, message_id] in {
		"the object is refused": [{"refusal": _refusal("invalid")}, "object"],
		"its pods are refused": [{"pods": {"refusal": _refusal("invalid")}}, "pods"],
	}
	found := rule.finding with input as _input(fit)
	found == {{
		"object": 0,
		"path": "/spec",
		"messageId": message_id,
		"data": {"kind": "Deployment", "name": "web", "answer": "no"},
	}}
}

test_silent_when[note] if {
	some note, fit in {
		"nothing is refused": {},
		"the reason is another": {"refusal": _refusal("must-specify")},
		"it is an amount": {"refusal": object.union(_refusal("invalid"), {"unreadable": true})},
	}
	found := rule.finding with input as _input(fit)
	found == set()
}
