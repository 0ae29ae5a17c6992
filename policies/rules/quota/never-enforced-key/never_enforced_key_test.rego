package rules.quota["never-enforced-key_test"]

import data.rules.quota["never-enforced-key"] as rule

test_finding_when[note] if {
	some note, [dead, message_id] in {
		"another key was meant": [{"why": "bare-extended", "instead": "requests.nvidia.com/gpu"}, "bare-extended"],
		"another resource was meant": [{"why": "unknown-resource", "instead": "count/x"}, "unknown-resource-meant"],
		"nobody knows what was meant": [{"why": "unknown-resource"}, "unknown-resource"],
	}
	found := rule.finding with input as {"deadQuotaKeys": [object.union({"path": "/spec/hard/a", "key": "a"}, dead)]}
	found == {{
		"path": "/spec/hard/a",
		"messageId": message_id,
		"data": object.union({"key": "a"}, object.filter(dead, {"instead"})),
	}}
}

test_silent_when_all_keys_are_enforced if {
	found := rule.finding with input as {"objects": []}
	found == set()
}
