package rules.exposure["external-ips_test"]

import data.rules.exposure["external-ips"] as rule

_findings(addresses) := found if {
	found := rule.finding with input as {
		"object": {"name": "web"},
		"service": {"externalIPs": [{"path": "/ip", "address": address} | some address in addresses]},
	}
		with data.params["exposure/external-ips"] as {"allowed": ["192.0.2.1"]}
}

test_finding if {
	_findings(["192.0.2.2"]) == {{"path": "/ip", "data": {"name": "web", "address": "192.0.2.2"}}}
}

test_silent_when[note] if {
	some note, addresses in {"it is allowed": ["192.0.2.1"], "there is none": []}
	_findings(addresses) == set()
}
