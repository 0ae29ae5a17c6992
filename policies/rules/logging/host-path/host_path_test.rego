package rules.logging["host-path_test"]

import data.rules.logging["host-path"] as rule

_findings(family, path) := found if {
	found := rule.finding with input as {
		"family": family,
		"volumes": [{"path": "/v", "name": "logs", "kind": "hostPath", "hostPath": path}],
	}
		with data.params["logging/host-path"] as {"folders": ["/var/log"], "names": ["logs"]}
}

test_finding_when[note] if {
	some note, path in {"it is the folder of logs": "/var/log", "it is below": "/var/log/shop", "its name says so": "/data/logs"}
	_findings("Deployment", path) == {{"path": "/v", "data": {"volume": "logs", "hostPath": path}}}
}

test_silent_when[note] if {
	some note, [family, path] in {
		"it is a DaemonSet": ["DaemonSet", "/var/log"],
		"the folder is another": ["Deployment", "/var/logistics"],
	}
	_findings(family, path) == set()
}
