package main_test

import data.main

_facts := {"subject": "object", "images": [{"path": "/spec/containers/0/image", "container": "web", "written": "Web", "error": "bad"}]}

test_enabled_rule_speaks if {
	main.findings["images/invalid-reference"] == {{
		"path": "/spec/containers/0/image",
		"messageId": "unreadable",
		"data": {"container": "web", "image": "Web", "reason": "bad"},
	}} with input as _facts
		with data.enabled as {"object": {"images/invalid-reference": ["images", "invalid-reference"]}}
}

test_other_subject_is_silent if {
	main.findings == {} with input as _facts
		with data.enabled as {"release": {"images/invalid-reference": ["images", "invalid-reference"]}}
}
