package rules.delivery.undecodable_test

import data.rules.delivery.undecodable as rule

test_finding_for_each_value if {
	fault := {
		"path": "/spec/replicas",
		"field": "spec.replicas",
		"found": "string",
		"wanted": "whole-number",
		"answer": "json: cannot unmarshal",
	}
	found := rule.finding with input as {"undecodable": [fault]}
	found == {{
		"path": "/spec/replicas",
		"messageId": "whole-number",
		"data": {"field": "spec.replicas", "found": "string", "answer": "json: cannot unmarshal"},
	}}
}

test_silent_when_all_can_be_decoded if {
	found := rule.finding with input as {"object": {"kind": "Pod"}}
	found == set()
}
