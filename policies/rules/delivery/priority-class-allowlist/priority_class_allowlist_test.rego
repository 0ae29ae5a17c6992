package rules.delivery["priority-class-allowlist_test"]

import data.rules.delivery["priority-class-allowlist"] as rule

_findings(namespace, pod, classes) := found if {
	found := rule.finding with input as {"object": {"namespace": namespace}, "pods": [pod]}
		with data.params["delivery/priority-class-allowlist"] as {"classes": classes, "systemNamespaces": ["kube-system"]}
}

_pod(class) := {"priorityClass": {"path": "/p", "name": class}}

test_finding_when[note] if {
	some note, [class, id] in {
		"it is the system's": ["system-node-critical", "system"],
		"it is not on the list": ["urgent", "other"],
	}
	_findings("shop", _pod(class), ["batch"]) == {{"path": "/p", "messageId": id, "data": {"class": class}}}
}

_patch(identity) := found if {
	found := rule.finding with input as object.union({"partial": true, "pods": [_pod("system-node-critical")]}, identity)
		with data.params["delivery/priority-class-allowlist"] as {"classes": [], "systemNamespaces": ["kube-system"]}
}

test_a_patch_may_leave_its_namespace_to_what_it_is_merged_into if {
	_patch({"object": {"namespace": ""}}) == set()
	count(_patch({"object": {"namespace": "shop"}, "writtenNamespace": "shop"})) == 1
}

test_silent_when[note] if {
	some note, [namespace, pod, classes] in {
		"it is on the list": ["shop", _pod("batch"), ["batch"]],
		"there is no list": ["shop", _pod("urgent"), []],
		"it belongs to the system": ["kube-system", _pod("system-node-critical"), ["batch"]],
		"it has none": ["shop", {}, ["batch"]],
	}
	_findings(namespace, pod, classes) == set()
}
