package rules.resources["suspicious-quantity_test"]

import data.rules.resources["suspicious-quantity"] as rule

_findings(amount) := found if {
	found := rule.finding with input as {"amounts": [object.union(
		{"path": "/p", "resource": "r", "container": "web", "field": "request", "written": "w", "effective": "e"},
		amount,
	)]}
		with data.params["resources/suspicious-quantity"] as {"maxCores": 64, "minCores": 0.001, "minBytes": 1000000}
}

test_finding_when[note] if {
	some note, [amount, id] in {
		"YAML reads it as octal": [{"unit": "bytes", "value": 8, "notation": "octal"}, "notation-octal"],
		"it is in thousandths of a byte": [{"unit": "bytes", "value": 0.1, "notation": "thousandths"}, "bytes-thousandths"],
		"it is a few bytes": [{"unit": "bytes", "value": 999999}, "bytes-few"],
		"it is a few bytes of a quota": [{"unit": "bytes", "value": 512, "field": "hard"}, "bytes-few"],
		"it is many cores": [{"unit": "cores", "value": 64.001}, "cores-many"],
		"it is less than the server keeps": [{"unit": "cores", "value": 0.0005}, "cores-few"],
		"it has an exponent": [{"unit": "cores", "value": 1, "notation": "exponent"}, "notation"],
		"it has underscores": [{"unit": "count", "value": 1000, "notation": "underscores"}, "notation"],
	}
	_findings(amount) == {{
		"path": "/p",
		"messageId": id,
		"data": {"container": "web", "resource": "r", "amount": "w", "effective": "e"},
	}}
}

test_silent_when[note] if {
	some note, amount in {
		"it is a megabyte": {"unit": "bytes", "value": 1000000},
		"it is zero bytes": {"unit": "bytes", "value": 0},
		"it is the size of an emptyDir": {"unit": "bytes", "value": 4096, "field": "size"},
		"it is 64 cores": {"unit": "cores", "value": 64},
		"it is a thousandth of a core": {"unit": "cores", "value": 0.001},
		"it is zero cores": {"unit": "cores", "value": 0},
		"it is the cores of a quota": {"unit": "cores", "value": 500, "field": "hard"},
		"it is a count": {"unit": "count", "value": 500},
		"the server refuses it": {"unit": "bytes", "value": -1, "error": "negative", "notation": "thousandths"},
	}
	_findings(amount) == set()
}

test_effective_is_what_is_written_unless_it_differs if {
	some finding in rule.finding with input as {"amounts": [{
		"path": "/p", "resource": "memory", "field": "hard", "unit": "bytes", "written": "512", "value": 512,
	}]}
		with data.params["resources/suspicious-quantity"] as {"minBytes": 1000000}
	finding.data == {"resource": "memory", "amount": "512", "effective": "512"}
}
