package lib.bounds_test

import data.lib.bounds

_facts := {"pods": [{"requests": {"memory": "1Gi", "cpu": "0"}, "limits": {}}]}

_container := {"pod": 0, "requests": {"ephemeral-storage": "0", "storage": ""}, "limits": {"memory": "0", "cpu": "1"}}

test_gap_where[note] if {
	some note, [side, resource, gap] in {
		"nothing is said": ["limits", "ephemeral-storage", "missing"],
		"the limit is zero": ["limits", "memory", "zero"],
		"the request is zero": ["requests", "ephemeral-storage", "zero"],
		"the pod's request is zero": ["requests", "cpu", "missing"],
	}
	bounds.gap(_container, side, resource) == gap with input as _facts
}

test_no_gap_where[note] if {
	some note, [side, resource] in {
		"the container has one": ["limits", "cpu"],
		"the pod has one": ["requests", "memory"],
		"the amount cannot be read": ["requests", "storage"],
	}
	not bounds.gap(_container, side, resource) with input as _facts
}

test_no_gap_where_another_container_may_have_it if {
	partial := object.union(_container, {"partial": true})
	not bounds.gap(partial, "limits", "ephemeral-storage") with input as _facts
	bounds.gap(partial, "limits", "memory") == "zero" with input as _facts
}
