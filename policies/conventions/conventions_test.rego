package conventions_test

import data.conventions

_path := [{"value": "data"}, {"value": "rules"}, {"value": "images"}, {"value": "x"}]

_annotations := {
	"scope": "package",
	"title": "Title",
	"description": "What it finds.",
	"related_resources": [{"ref": "https://example.com"}],
	"schemas": [{"schema": [{"value": "schema"}, {"value": "facts"}]}],
	"custom": {"level": "error", "subject": "object", "lesson": "What happened.", "messages": [], "params": {}},
}

_inspection(annotations) := {
	"namespaces": {"data.rules.images.x": ["x.rego", "x_test.rego"]},
	"annotations": [{"annotations": annotations, "path": _path, "location": {"file": "x.rego"}}],
}

test_whole_rule_is_fine if {
	conventions.violations == set() with input as _inspection(_annotations)
}

test_violation_when[note] if {
	some note, change in {
		"images/x: title is missing": {"title": ""},
		"images/x: custom/lesson is missing": {"custom": {"lesson": ""}},
		"images/x: custom/level must be one of error, off, warning": {"custom": {"level": "fatal"}},
		"images/x: custom/subject must be one of dockerfile, object, release": {"custom": {"subject": ["object", "pod"]}},
		"images/x: custom/messages must be array, empty for none": {"custom": {"messages": null}},
		"images/x: parameter max needs description, default and schema": {"custom": {"params": {"max": {"default": 1}}}},
		"images/x: the facts schema must type its input": {"schemas": []},
	}
	conventions.violations == {note} with input as _inspection(object.union(_annotations, change))
}

test_rule_may_look_at_two_subjects if {
	inspection := _inspection(object.union(_annotations, {"custom": {"subject": ["dockerfile", "object"]}}))
	conventions.violations == set() with input as inspection
}

test_package_without_metadata if {
	conventions.violations == {"data.rules.images.x: the package has no METADATA"} with input as object.union(
		_inspection(_annotations),
		{"annotations": []},
	)
}

test_rule_without_description if {
	finding := {"annotations": {"scope": "document"}, "path": array.concat(_path, [{"value": "finding"}]), "location": {"file": "x.rego"}}
	inspection := _inspection(_annotations)
	conventions.violations == {"images/x: finding has no description"} with input as object.union(
		inspection,
		{"annotations": array.concat(inspection.annotations, [finding])},
	)
}
