package rules.storage["claim-size_test"]

import data.rules.storage["claim-size"] as rule

_findings(gibibytes, maximum) := found if {
	found := rule.finding with input as {"claims": [{
		"name": "data",
		"size": {"path": "/size", "written": "10Gi", "gibibytes": gibibytes},
	}]}
		with data.params["storage/claim-size"] as {"maximum": maximum}
}

test_finding if {
	_findings(10, 5) == {{"path": "/size", "data": {"claim": "data", "size": "10Gi", "maximum": 5}}}
}

test_silent_when[note] if {
	some note, [gibibytes, maximum] in {"it is as large as allowed": [5, 5], "any size is allowed": [10, 0]}
	_findings(gibibytes, maximum) == set()
}
