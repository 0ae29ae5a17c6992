package rules.exposure["node-port_test"]

import data.rules.exposure["node-port"] as rule

_findings(type) := found if {
	found := rule.finding with input as {
		"object": {"name": "web"},
		"service": {"type": {"path": "/spec/type", "effective": type}, "nodePorts": 2},
	}
}

test_finding if {
	_findings("NodePort") == {{"path": "/spec/type", "data": {"name": "web", "ports": 2}}}
}

test_silent_when_type_is[type] if {
	some type in ["ClusterIP", "LoadBalancer", "ExternalName"]
	_findings(type) == set()
}
