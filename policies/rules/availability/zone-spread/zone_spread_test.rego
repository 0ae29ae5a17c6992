package rules.availability["zone-spread_test"]

import data.rules.availability["zone-spread"] as rule

_params := {"minimum": 2, "hard": true, "keys": ["zone"]}

_findings(pod, family) := found if {
	found := rule.finding with input as {
		"family": family,
		"pods": [object.union({"path": "/spec/template", "replicas": 3}, pod)],
	}
		with data.params["availability/zone-spread"] as _params
}

_constraint := {"path": "/c", "form": "constraint", "topologyKey": "zone", "selects": true, "hard": true, "maxSkew": 1}

_spread(changes) := {"spread": [object.union(_constraint, changes)]}

test_finding_when[note] if {
	some note, [pod, id, path, extra] in {
		"nothing spreads": [{}, "missing", "/spec/template/spec", {"key": "zone"}],
		"it spreads over nodes": [_spread({"topologyKey": "node"}), "missing", "/spec/template/spec", {"key": "zone"}],
		"it selects others": [_spread({"selects": false}), "selector", "/c", {}],
		"the skew is too large": [_spread({"maxSkew": 3}), "skew", "/c", {"maxSkew": 3}],
		"it is only a wish": [_spread({"hard": false}), "soft", "/c", {}],
		"it is pinned": [{"zone": "a"}, "pinned", "/spec/template/spec/nodeSelector", {"zone": "a"}],
	}
	_findings(pod, "Deployment") == {{"path": path, "messageId": id, "data": object.union(extra, {"replicas": 3})}}
}

test_silent_when_the_rest_stands_in_what_a_patch_is_merged_into if {
	rule.finding == set() with input as {
		"partial": true,
		"family": "Deployment",
		"pods": [{"path": "/spec/template", "replicas": 3}],
	}
		with data.params["availability/zone-spread"] as _params
}

test_silent_when[note] if {
	some note, [pod, family] in {
		"a constraint spreads": [_spread({}), "Deployment"],
		"there is one pod": [{"replicas": 1}, "Deployment"],
		"it is one a node": [{}, "DaemonSet"],
	}
	_findings(pod, family) == set()
}
