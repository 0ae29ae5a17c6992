package rules.exposure["load-balancer_test"]

import data.rules.exposure["load-balancer"] as rule

_findings(load_balancers, annotations) := found if {
	found := rule.finding with input as {
		"object": {"name": "web"},
		"service": {
			"type": {"path": "/spec/type", "effective": "LoadBalancer"},
			"loadBalancers": load_balancers,
			"nodePorts": 2,
			"annotations": annotations,
		},
	}
		with data.params["exposure/load-balancer"] as {"allowed": ["internal"]}
}

test_finding if {
	_findings(1, ["other"]) == {{
		"path": "/spec/type",
		"data": {"name": "web", "loadBalancers": 1, "nodePorts": 2},
	}}
}

_patch(allowed) := found if {
	found := rule.finding with input as {
		"partial": true,
		"object": {"name": "web"},
		"service": {"type": {"path": "/spec/type"}, "loadBalancers": 1, "nodePorts": 0, "annotations": []},
	}
		with data.params["exposure/load-balancer"] as {"allowed": allowed}
}

test_a_patch_may_leave_an_annotation_to_what_it_is_merged_into if {
	_patch(["internal"]) == set()
	count(_patch([])) == 1
}

test_silent_when[note] if {
	some note, [load_balancers, annotations] in {
		"it is of another type": [0, []],
		"an annotation makes it acceptable": [1, ["internal"]],
	}
	_findings(load_balancers, annotations) == set()
}
