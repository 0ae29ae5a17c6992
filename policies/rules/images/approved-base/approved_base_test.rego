package rules.images["approved-base_test"]

import data.rules.images["approved-base"] as rule

_findings(stage, images, scratch) := found if {
	found := rule.finding with input as {"stages": [object.union(
		{"path": "/instructions/0", "base": "web:1", "ships": true},
		stage,
	)]}
		with data.params["images/approved-base"] as {"images": images, "built": [], "scratch": scratch}
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

_image_findings(content, built) := found if {
	found := rule.finding with input as {"images": [object.union(
		{"path": "/spec/containers/0/image", "container": "web", "written": "shop/web:1", "name": "docker.io/shop/web"},
		content,
	)]}
		with data.params["images/approved-base"] as {"images": ["example.com/base"], "built": built, "scratch": true}
}

_base(written, name) := {"content": {"layers": 2, "base": {"written": written, "name": name}}}

test_image_finding_when[note] if {
	some note, [content, built, id, origin] in {
		"it says another base": [_base("debian:13", "docker.io/library/debian"), [], "says", {"base": "debian:13"}],
		"it says another base, known or not": [_base("debian:13", "docker.io/library/debian"), ["docker.io/shop"], "says", {"base": "debian:13"}],
		"its base cannot be read": [{"content": {"layers": 2, "base": {"written": "Debian"}}}, [], "says", {"base": "Debian"}],
		"it says nothing and others are known": [{}, ["docker.io/other"], "unproven", {}],
		"it has no such label": [{"content": {"layers": 2, "labels": {}}}, ["docker.io/other"], "unproven", {}],
	}
	_image_findings(content, built) == {{
		"path": "/spec/containers/0/image",
		"messageId": id,
		"data": object.union({"container": "web", "image": "shop/web:1"}, origin),
	}}
}

test_image_silent_when[note] if {
	some note, [content, built] in {
		"it says an approved base": [_base("example.com/base/java:21", "example.com/base/java"), ["docker.io/other"]],
		"it stands on nothing": [_base("scratch", "docker.io/library/scratch"), []],
		"it is known to be built well": [{}, ["docker.io/shop"]],
		"it is an approved base itself": [{"name": "example.com/base/java"}, ["docker.io/shop"]],
		"nobody says which are built well": [{}, []],
	}
	_image_findings(content, built) == set()
}
