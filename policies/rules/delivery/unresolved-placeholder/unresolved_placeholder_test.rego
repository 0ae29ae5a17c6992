package rules.delivery["unresolved-placeholder_test"]

import data.rules.delivery["unresolved-placeholder"] as rule

_findings(placeholder) := found if {
	found := rule.finding with input as {"placeholders": [placeholder]}
		with data.params["delivery/unresolved-placeholder"] as {"allowed": ["${DOMAIN}"], "ignoredForms": ["angle"]}
}

test_finding if {
	_findings({"path": "/metadata/name", "form": "braces", "text": "{{ name }}"}) == {{
		"path": "/metadata/name",
		"data": {"text": "{{ name }}"},
	}}
}

test_silent_when[note] if {
	some note, placeholder in {
		"the text is allowed": {"path": "/spec", "form": "dollar", "text": "${DOMAIN}"},
		"the form is ignored": {"path": "/spec", "form": "angle", "text": "<x>"},
	}
	_findings(placeholder) == set()
}
