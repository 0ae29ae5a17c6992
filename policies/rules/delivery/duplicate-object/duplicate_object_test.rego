package rules.delivery["duplicate-object_test"]

import data.rules.delivery["duplicate-object"] as rule

_findings(same_file, across_files) := found if {
	found := rule.finding with input as {
		"objects": [{"kind": "Service", "name": "web"}, {"kind": "Service", "name": "web"}],
		"duplicates": [{"object": 1, "first": 0, "sameFile": same_file}],
	}
		with data.params["delivery/duplicate-object"] as {"acrossFiles": across_files}
}

test_finding_when[note] if {
	some note, [same_file, across_files] in {
		"both stand in one file": [true, false],
		"files are one release": [false, true],
	}
	_findings(same_file, across_files) == {{
		"object": 1,
		"path": "/metadata/name",
		"data": {"kind": "Service", "name": "web"},
	}}
}

test_silent_when_files_are_variants if {
	_findings(false, false) == set()
}
