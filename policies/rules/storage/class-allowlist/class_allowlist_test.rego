package rules.storage["class-allowlist_test"]

import data.rules.storage["class-allowlist"] as rule

_findings(claim, classes, by_default) := found if {
	found := rule.finding with input as {"claims": [object.union({"path": "/spec", "name": "data"}, claim)]}
		with data.params["storage/class-allowlist"] as {"classes": classes, "default": by_default}
}

test_other_class_is_found if {
	_findings({"storageClass": "local"}, ["fast"], true) == {{
		"path": "/spec/storageClassName",
		"messageId": "other",
		"data": {"claim": "data", "class": "local"},
	}}
}

test_default_class_is_found if {
	_findings({}, ["fast"], false) == {{"path": "/spec", "messageId": "default", "data": {"claim": "data"}}}
}

test_silent_when_the_class_may_stand_in_what_a_patch_is_merged_into if {
	rule.finding == set() with input as {"partial": true, "claims": [{"path": "/spec", "name": "data"}]}
		with data.params["storage/class-allowlist"] as {"classes": ["fast"], "default": false}
}

test_silent_when[note] if {
	some note, [claim, classes, by_default] in {
		"the class is allowed": [{"storageClass": "fast"}, ["fast"], false],
		"the default is allowed": [{}, ["fast"], true],
		"somebody made the volume": [{"storageClass": ""}, ["fast"], false],
		"there is no list": [{"storageClass": "local"}, [], false],
	}
	_findings(claim, classes, by_default) == set()
}
