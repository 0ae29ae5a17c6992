package rules.delivery["environment-label_test"]

import data.rules.delivery["environment-label"] as rule

_findings(kind, labels, values) := found if {
	found := rule.finding with input as object.union(
		{"object": {"kind": kind, "name": "shop"}, "labels": labels},
		{key: value | some key, value in {"family": kind}; kind != "Service"; kind != "Namespace"},
	)
		with data.params["delivery/environment-label"] as {"labels": ["env", "environment"], "values": values}
}

test_finding_when[note] if {
	some note, [kind, labels, id, extra] in {
		"a namespace has none": ["Namespace", {}, "missing", {"labels": ["env", "environment"]}],
		"a workload has none": ["Deployment", {"app": "web"}, "missing", {"labels": ["env", "environment"]}],
		"it is no environment": ["Namespace", {"env": "x"}, "unknown", {"label": "env", "value": "x"}],
	}
	_findings(kind, labels, ["prod"]) == {{
		"path": "/metadata/labels",
		"messageId": id,
		"data": object.union(extra, {"kind": kind, "name": "shop"}),
	}}
}

_patch(labels) := found if {
	found := rule.finding with input as {"partial": true, "object": {"kind": "Namespace", "name": "shop"}, "labels": labels}
		with data.params["delivery/environment-label"] as {"labels": ["env"], "values": ["prod"]}
}

test_a_patch_may_leave_the_label_to_what_it_is_merged_into if {
	_patch({}) == set()
	count(_patch({"env": "x"})) == 1
}

test_silent_when[note] if {
	some note, [kind, labels, values] in {
		"it is an environment": ["Namespace", {"environment": "prod"}, ["prod"]],
		"any value is one": ["Namespace", {"env": "x"}, []],
		"its kind is another": ["Service", {}, ["prod"]],
	}
	_findings(kind, labels, values) == set()
}
