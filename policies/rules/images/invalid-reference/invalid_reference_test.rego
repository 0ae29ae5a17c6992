package rules.images["invalid-reference_test"]

import data.rules.images["invalid-reference"] as rule

_image := {"path": "/spec/volumes/0/image/reference", "volume": "model", "written": "Model"}

test_finding_when_it_cannot_be_read if {
	rule.finding == {{
		"path": "/spec/volumes/0/image/reference",
		"data": {"volume": "model", "image": "Model", "reason": "bad"},
	}} with input as {"images": [object.union(_image, {"error": "bad"})]}
}

test_silent_when_it_reads if {
	rule.finding == set() with input as {"images": [_image]}
}
