package rules.dockerfile["pinned-base_test"]

import data.rules.dockerfile["pinned-base"] as rule

_findings(stage, digest) := found if {
	found := rule.finding with input as {"stages": [object.union({"path": "/instructions/0", "base": "web"}, stage)]}
		with data.params["dockerfile/pinned-base"] as {"denied": ["latest"], "digest": digest}
}

_finding(id, extra) := {"path": "/instructions/0", "messageId": id, "data": object.union({"base": "web"}, extra)}

test_finding_when[note] if {
	some note, [stage, digest, finding] in {
		"there is no tag": [{"image": {"name": "web"}}, false, _finding("missing", {})],
		"the tag moves": [{"image": {"tag": "latest"}}, false, _finding("moves", {"tag": "latest"})],
		"a digest is asked for": [{"image": {"tag": "1.2"}}, true, _finding("digest", {"tag": "1.2"})],
	}
	_findings(stage, digest) == {finding}
}

test_silent_when[note] if {
	some note, stage in {
		"the tag stays": {"image": {"tag": "1.2"}},
		"there is a digest": {"image": {"digest": "sha256:0"}},
		"it is no image": {},
	}
	_findings(stage, false) == set()
}
