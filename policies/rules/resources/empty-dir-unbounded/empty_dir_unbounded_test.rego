package rules.resources["empty-dir-unbounded_test"]

import data.rules.resources["empty-dir-unbounded"] as rule

_volume := {"path": "/spec/volumes/0/emptyDir", "name": "cache", "kind": "emptyDir", "medium": ""}

_findings(change, media) := found if {
	found := rule.finding with input as {"volumes": [object.union(_volume, change)]}
		with data.params["resources/empty-dir-unbounded"] as {"media": media}
}

_finding(id) := {"path": "/spec/volumes/0/emptyDir", "messageId": id, "data": {"volume": "cache"}}

test_finding_when[note] if {
	some note, [change, finding] in {
		"the disk has no bound": [{}, _finding("disk")],
		"memory has no bound": [{"medium": "Memory"}, _finding("memory")],
	}
	_findings(change, ["", "Memory"]) == {finding}
}

test_silent_when[note] if {
	some note, [change, media] in {
		"it has a size limit": [{"bounded": "size-limit"}, ["", "Memory"]],
		"the pod is bounded": [{"bounded": "pod-limit"}, ["", "Memory"]],
		"the medium is not looked at": [{"medium": "Memory"}, [""]],
		"it is another volume": [{"kind": "configMap"}, ["", "Memory"]],
	}
	_findings(change, media) == set()
}
