package rules.images["size-budget_test"]

import data.rules.images["size-budget"] as rule

_findings(image, compressed, unpacked) := found if {
	found := rule.finding with input as {"images": [object.union(
		{"path": "/spec/containers/0/image", "container": "web", "written": "web:1"},
		image,
	)]}
		with data.params["images/size-budget"] as {"compressed": compressed, "unpacked": unpacked}
}

_finding(measure, mebibytes, maximum) := {
	"path": "/spec/containers/0/image",
	"messageId": measure,
	"data": {"container": "web", "image": "web:1", "mebibytes": mebibytes, "maximum": maximum},
}

_both := {"content": {"layers": 3, "compressedMebibytes": 10.1, "unpackedMebibytes": 30}}

test_finding_when[note] if {
	some note, [compressed, unpacked, findings] in {
		"it pulls too much": [10, 30, {_finding("compressed", 10.1, 10)}],
		"it takes too much disk": [11, 29.9, {_finding("unpacked", 30, 29.9)}],
		"it does both": [1, 1, {_finding("compressed", 10.1, 1), _finding("unpacked", 30, 1)}],
		"one may be of any size": [0, 1, {_finding("unpacked", 30, 1)}],
	}
	_findings(_both, compressed, unpacked) == findings
}

test_silent_when[note] if {
	some note, [image, compressed, unpacked] in {
		"it is within": [_both, 10.1, 30],
		"any size will do": [_both, 0, 0],
		"nobody knows the image": [{}, 1, 1],
		"nobody knows its size": [{"content": {"layers": 3}}, 1, 1],
	}
	_findings(image, compressed, unpacked) == set()
}
