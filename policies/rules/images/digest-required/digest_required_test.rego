package rules.images["digest-required_test"]

import data.rules.images["digest-required"] as rule

_image := {"path": "/spec/containers/0/image", "container": "web", "written": "web:1", "name": "docker.io/library/web"}

test_finding_when_there_is_no_digest if {
	rule.finding == {{
		"path": "/spec/containers/0/image",
		"data": {"container": "web", "image": "web:1"},
	}} with input as {"images": [_image]}
}

test_silent_when[note] if {
	some note, image in {
		"there is a digest": object.union(_image, {"digest": "sha256:0"}),
		"the reference cannot be read": object.remove(_image, ["name"]),
	}
	rule.finding == set() with input as {"images": [image]}
}
