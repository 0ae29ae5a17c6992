package rules.delivery["unserved-kind_test"]

import data.rules.delivery["unserved-kind"] as rule

_input(facts) := object.union({"object": {"apiVersion": "apps/v1beta1", "kind": "Deployment", "name": "web"}}, facts)

test_finding_when[note] if {
	some note, [unserved, message_id, data_of] in {
		"a successor is known": [
			{"path": "/apiVersion", "why": "removed", "removedIn": "1.16", "instead": "apiVersion: apps/v1"},
			"removed-meant",
			{"removedIn": "1.16", "instead": "apiVersion: apps/v1"},
		],
		"nothing took its place": [
			{"path": "/apiVersion", "why": "removed", "removedIn": "1.25"},
			"removed",
			{"removedIn": "1.25"},
		],
		"there never was one": [
			{"path": "/kind", "why": "unknown", "instead": "kind: Deployment"},
			"unknown",
			{"instead": "kind: Deployment"},
		],
	}
	found := rule.finding with input as _input({"unserved": unserved})
	found == {{
		"path": unserved.path,
		"messageId": message_id,
		"data": object.union({"apiVersion": "apps/v1beta1", "kind": "Deployment"}, data_of),
	}}
}

test_silent_when_it_is_served if {
	found := rule.finding with input as _input({})
	found == set()
}
