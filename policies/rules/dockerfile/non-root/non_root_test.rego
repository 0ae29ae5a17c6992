package rules.dockerfile["non-root_test"]

import data.rules.dockerfile["non-root"] as rule

_findings(user, stage) := found if {
	found := rule.finding with input as {
		"user": object.union({"path": "/instructions/1"}, user),
		"stages": [object.union({"base": "web", "ships": true}, stage)],
	}
		with data.params["dockerfile/non-root"] as {"rootBases": ["example.com/os"], "otherUsers": ["solr"]}
}

_image(name, tag) := {"image": {"name": name, "tag": tag}}

_official(name) := {"image": {"name": $"docker.io/library/{name}", "official": name, "tag": "1"}}

test_root_is_found if {
	_findings({"written": "root", "root": true}, {}) == {{
		"path": "/instructions/1",
		"messageId": "root",
		"data": {"written": "root"},
	}}
}

test_missing_is_found_when[note] if {
	some note, stage in {
		"there is no base": {"base": "scratch"},
		"the base is official": _official("debian"),
		"the base is on the list": _image("example.com/os/minimal", "1"),
	}
	_findings({}, stage) == {{
		"path": "/instructions/1",
		"messageId": "missing",
		"data": {"base": object.get(stage, "base", "web")},
	}}
}

test_silent_when[note] if {
	some note, [user, stage] in {
		"a user is named": [{"written": "1000", "root": false}, _official("debian")],
		"the base names one": [{}, _official("solr")],
		"its tag says so": [{}, _image("example.com/os", "1-nonroot")],
		"nothing is known of the base": [{}, _image("example.com/oslo", "1")],
		"the stage does not ship": [{}, {"base": "scratch", "ships": false}],
	}
	_findings(user, stage) == set()
}
