package rules.images["approved-base_test"]

import data.rules.images["approved-base"] as rule

_findings(stage, images, scratch) := found if {
	found := rule.finding with input as {"stages": [object.union(
		{"path": "/instructions/0", "base": "web:1", "ships": true},
		stage,
	)]}
		with data.params["images/approved-base"] as {"images": images, "scratch": scratch}
}

test_finding_when[note] if {
	some note, [stage, scratch, id, base] in {
		"the base is another": [{"image": {"name": "docker.io/library/web"}}, true, "other", "web:1"],
		"the name only begins alike": [{"image": {"name": "example.com/bases"}}, true, "other", "web:1"],
		"only the build knows it": [{"open": true, "base": "$BASE"}, true, "open", "$BASE"],
		"nothing is not enough": [{"base": "scratch"}, false, "other", "scratch"],
	}
	_findings(stage, ["example.com/base"], scratch) == {{
		"path": "/instructions/0",
		"messageId": id,
		"data": {"base": base},
	}}
}

test_silent_when[note] if {
	some note, [stage, images] in {
		"the base is approved": [{"image": {"name": "example.com/base/alpine"}}, ["example.com/base/"]],
		"there is no base": [{"base": "scratch"}, ["example.com/base"]],
		"it builds on a stage": [{"stage": 0}, ["example.com/base"]],
		"it does not ship": [{"ships": false, "image": {"name": "other"}}, ["example.com/base"]],
		"there is no list": [{"image": {"name": "other"}}, []],
	}
	_findings(stage, images, true) == set()
}
