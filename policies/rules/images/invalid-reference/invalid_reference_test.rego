package rules.images["invalid-reference_test"]

import data.rules.images["invalid-reference"] as rule

_findings(image, placeholders) := found if {
	found := rule.finding with input as {
		"images": [object.union(
			{"path": "/spec/volumes/0/image/reference", "volume": "model", "written": "Model"},
			image,
		)],
		"placeholders": placeholders,
	}
		with data.params["images/invalid-reference"] as {"schemes": ["ko", "bazel"]}
}

_finding(image, id) := {
	"path": "/spec/volumes/0/image/reference",
	"messageId": id,
	"data": {"volume": "model", "image": image, "reason": "bad"},
}

test_finding_when[note] if {
	some note, [written, id] in {
		"it cannot be read": ["Model", "unreadable"],
		"another tool resolves it": ["docker://model", "unreadable"],
		"the tool's name is not its scheme": ["ko:/model", "unreadable"],
		"there is none": ["", "missing"],
	}
	_findings({"written": written, "error": "bad"}, [{"path": "/spec/volumes/0/name"}]) == {_finding(written, id)}
}

test_silent_when[note] if {
	some note, [image, placeholders] in {
		"it reads": [{}, []],
		"a build tool resolves it": [{"written": "ko://example.com/model", "error": "bad"}, []],
		"so does another one": [{"written": "bazel://model", "error": "bad"}, []],
		"a template step had to fill it in": [{"error": "bad"}, [{"path": "/spec/volumes/0/image/reference"}]],
	}
	_findings(image, placeholders) == set()
}
