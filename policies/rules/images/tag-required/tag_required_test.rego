package rules.images["tag-required_test"]

import data.rules.images["tag-required"] as rule

_findings(image) := found if {
	found := rule.finding with input as {"images": [object.union(
		{"path": "/spec/containers/0/image", "container": "web", "written": "image"},
		image,
	)]}
		with data.params["images/tag-required"] as {"denied": ["latest", "dev"]}
}

_finding(id, tag) := {
	"path": "/spec/containers/0/image",
	"messageId": id,
	"data": {"container": "web", "image": "image", "tag": tag},
}

test_finding_when[note] if {
	some note, [image, finding] in {
		"there is no tag": [{"tag": {"effective": "latest"}}, _finding("missing", "latest")],
		"the tag is latest": [{"tag": {"written": "latest", "effective": "latest"}}, _finding("denied", "latest")],
		"the tag is on the list": [{"tag": {"written": "dev", "effective": "dev"}}, _finding("denied", "dev")],
	}
	_findings(image) == {finding}
}

test_silent_when[note] if {
	some note, image in {
		"the tag is a version": {"tag": {"written": "1.2.3", "effective": "1.2.3"}},
		"there is a digest": {"digest": "sha256:0"},
		"there is a digest beside a tag that moves": {
			"tag": {"written": "latest", "effective": "latest"},
			"digest": "sha256:0",
		},
		"the reference cannot be read": {"error": "bad"},
	}
	_findings(image) == set()
}
