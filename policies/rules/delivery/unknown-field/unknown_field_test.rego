package rules.delivery["unknown-field_test"]

import data.rules.delivery["unknown-field"] as rule

_input(unknown) := {"object": {"kind": "Pod"}, "unknownFields": [unknown]}

test_finding_when[note] if {
	some note, [unknown, message_id, parent] in {
		"another one is meant": [
			{"path": "/spec/image", "field": "image", "parent": "spec", "instead": "images"},
			"unknown-meant",
			"spec",
		],
		"nobody knows what is meant": [{"path": "/spec/image", "field": "image", "parent": "spec"}, "unknown", "spec"],
		"it stands in the object itself": [{"path": "/image", "field": "image"}, "unknown", "Pod"],
	}
	found := rule.finding with input as _input(unknown)
	found == {{
		"path": unknown.path,
		"messageId": message_id,
		"data": object.union({"parent": parent}, object.filter(unknown, {"field", "instead"})),
	}}
}

test_silent_when_all_are_known if {
	found := rule.finding with input as {"object": {"kind": "Pod"}}
	found == set()
}
