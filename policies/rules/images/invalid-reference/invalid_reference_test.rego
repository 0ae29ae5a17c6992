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

_finding(image) := {
	"path": "/spec/volumes/0/image/reference",
	"data": {"volume": "model", "image": image, "reason": "bad"},
}

test_finding_when[note] if {
	some note, written in {
		"it cannot be read": "Model",
		"another tool resolves it": "docker://model",
		"the tool's name is not its scheme": "ko:/model",
	}
	_findings({"written": written, "error": "bad"}, [{"path": "/spec/volumes/0/name"}]) == {_finding(written)}
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
