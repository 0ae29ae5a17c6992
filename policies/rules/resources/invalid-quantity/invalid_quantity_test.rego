package rules.resources["invalid-quantity_test"]

import data.rules.resources["invalid-quantity"] as rule

_amount := {"path": "/spec/hard/pods", "resource": "pods", "written": "1.5"}

test_finding_when_the_server_refuses_it if {
	rule.finding == {{
		"path": "/spec/hard/pods",
		"messageId": "fraction",
		"data": {"resource": "pods", "amount": "1.5"},
	}} with input as {"amounts": [object.union(_amount, {"error": "fraction"})]}
}

test_finding_names_the_container if {
	some finding in rule.finding with input as {"amounts": [object.union(_amount, {"error": "format", "container": "web"})]}
	finding.data.container == "web"
}

test_silent_when_it_reads if {
	rule.finding == set() with input as {"amounts": [_amount]}
}

test_silent_when_a_template_step_had_to_fill_it_in if {
	rule.finding == set() with input as {
		"amounts": [object.union(_amount, {"error": "format"})],
		"placeholders": [{"path": "/spec/hard/pods"}],
	}
}
