package rules.quota["autoscaler-ceiling_test"]

import data.rules.quota["autoscaler-ceiling"] as rule

_findings(fit) := found if {
	found := rule.finding with input as {
		"objects": [{"kind": "Deployment", "name": "web"}, {"kind": "HorizontalPodAutoscaler", "name": "scaler"}],
		"fits": [object.union({"object": 0, "pods": {"missing": 0}}, fit)],
	}
}

_ceiling(max) := {"object": 1, "path": "/spec/maxReplicas", "name": "scaler", "max": max}

test_finding_when_the_maximum_is_out_of_reach if {
	_findings({"ceiling": _ceiling(10), "maxReplicas": 6}) == {{
		"object": 1,
		"path": "/spec/maxReplicas",
		"data": {"kind": "Deployment", "name": "web", "autoscaler": "scaler", "max": 10, "maxReplicas": 6},
	}}
}

test_silent_when[note] if {
	some note, fit in {
		"there is room": {"ceiling": _ceiling(10), "maxReplicas": 10},
		"nothing scales it": {"maxReplicas": 6},
		"pods are missing already": {"ceiling": _ceiling(10), "maxReplicas": 1, "pods": {"missing": 1}},
	}
	_findings(fit) == set()
}
