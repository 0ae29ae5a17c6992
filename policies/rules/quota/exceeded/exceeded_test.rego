package rules.quota.exceeded_test

import data.rules.quota.exceeded as rule

_objects := [{"kind": "Deployment", "name": "web"}]

_blocker := {"quota": "shop", "resource": "requests.cpu", "limits": "amount", "requested": "1", "used": "4", "hard": "4", "free": "0"}

_shortage := object.remove(_blocker, {"limits"})

_refusal(changes) := object.union({"reason": "exceeded-quota", "path": "/spec/replicas", "blockers": [_blocker]}, changes)

_pods(changes) := {"created": 4, "desired": 8, "missing": 4, "refusal": _refusal(changes)}

_amount(changes) := object.union(
	{
		"object": 0, "path": "/spec/hard/requests.cpu", "namespace": "shop", "quota": "shop",
		"resource": "requests.cpu", "wanted": "8", "hard": "4", "over": "4", "fits": false, "refuses": false,
	},
	changes,
)

_findings(facts) := found if {
	found := rule.finding with input as object.union({"objects": _objects, "fits": [], "quotas": []}, facts)
}

test_finding_when[note] if {
	some note, [facts, finding] in {
		"replicas would fit": [{"fits": [{"object": 0, "pods": _pods({}), "maxReplicas": 4}]}, {
			"object": 0, "path": "/spec/replicas", "messageId": "replicas", "data": object.union(_shortage, {
				"kind": "Deployment", "name": "web", "created": 4, "desired": 8, "missing": 4, "maxReplicas": 4,
			}),
		}],
		"no number of replicas would fit": [{"fits": [{"object": 0, "pods": _pods({}), "maxReplicas": 0}]}, {
			"object": 0, "path": "/spec/replicas", "messageId": "pods", "data": object.union(_shortage, {
				"kind": "Deployment", "name": "web", "created": 4, "desired": 8, "missing": 4, "maxReplicas": 0,
			}),
		}],
		"an object is too large": [{"fits": [{"object": 0, "refusal": _refusal({})}]}, {
			"object": 0, "path": "/spec/replicas", "messageId": "object",
			"data": object.union(_shortage, {"kind": "Deployment", "name": "web"}),
		}],
		"all together are too much": [{"quotas": [_amount({})]}, {
			"object": 0, "path": "/spec/hard/requests.cpu", "messageId": "quota", "data": {
				"namespace": "shop", "quota": "shop", "resource": "requests.cpu",
				"wanted": "8", "hard": "4", "over": "4",
			},
		}],
	}
	_findings(facts) == {finding}
}

test_silent_when[note] if {
	some note, facts in {
		"all pods exist": {"fits": [{"object": 0, "pods": {"created": 4, "desired": 4, "missing": 0}}]},
		"pods are refused for another reason": {"fits": [{"object": 0, "pods": _pods({"reason": "must-specify"})}]},
		"an object is refused for its number": {"fits": [{
			"object": 0,
			"refusal": _refusal({"blockers": [object.union(_blocker, {"limits": "count"})]}),
		}]},
		"the quota holds it": {"quotas": [_amount({"fits": true})]},
		"the objects are told of": {"quotas": [_amount({"refuses": true})]},
	}
	_findings(facts) == set()
}
