package rules.resources["burst-ratio_test"]

import data.rules.resources["burst-ratio"] as rule

_findings(promise, maximum, node) := found if {
	found := rule.finding with input as {"memoryPromises": [object.union(
		{"object": 0, "path": "/p", "by": "quota", "limits": "16Gi", "gibibytes": 16},
		promise,
	)]}
		with data.params["resources/burst-ratio"] as {"maximum": maximum, "nodeGibibytes": node}
}

test_ratio_is_found if {
	_findings({"ratio": 4}, 2, 0) == {{
		"object": 0,
		"path": "/p",
		"messageId": "ratio",
		"data": {"limits": "16Gi", "ratio": 4, "maximum": 2},
	}}
}

test_node_is_found if {
	_findings({}, 2, 8) == {{
		"object": 0,
		"path": "/p",
		"messageId": "node",
		"data": {"limits": "16Gi", "nodeGibibytes": 8},
	}}
}

test_silent_when[note] if {
	some note, [promise, maximum, node] in {
		"the ratio is allowed": [{"ratio": 2}, 2, 0],
		"nothing is asked": [{"ratio": 4}, 0, 0],
		"a node has as much": [{"ratio": 1}, 2, 16],
	}
	_findings(promise, maximum, node) == set()
}
