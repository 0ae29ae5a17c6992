package rules.images["pull-policy_test"]

import data.rules.images["pull-policy"] as rule

_findings(image, policy, always) := found if {
	found := rule.finding with input as {"images": [object.union(
		{
			"path": "/spec/containers/0/image",
			"container": "web",
			"written": "image",
			"pullPolicy": {"path": "/spec/containers/0/imagePullPolicy", "effective": policy},
		},
		image,
	)]}
		with data.params["images/pull-policy"] as {"moving": ["latest", "edge"], "always": always}
}

_edge := {"tag": {"effective": "edge"}}

_version := {"tag": {"effective": "1.2.3"}}

_digest := {"digest": "sha256:0"}

test_finding_when[note] if {
	some note, [image, policy, always, id] in {
		"a tag that moves is kept": [_edge, "IfNotPresent", false, "moves"],
		"a tag that moves is never pulled": [_edge, "Never", true, "moves"],
		"the policy is unknown": [_version, "always", false, "unknown"],
		"every image has to be pulled": [_version, "IfNotPresent", true, "always"],
		"every image has to be pulled, by digest too": [_digest, "Never", true, "always"],
	}
	_findings(image, policy, always) == {{
		"path": "/spec/containers/0/imagePullPolicy",
		"messageId": id,
		"data": {"container": "web", "image": "image", "policy": policy},
	}}
}

_patch(policy) := found if {
	found := rule.finding with input as {"partial": true, "images": [{
		"path": "/spec/containers/0/image",
		"container": "web",
		"written": "image:edge",
		"pullPolicy": policy,
		"tag": {"effective": "edge"},
	}]}
		with data.params["images/pull-policy"] as {"moving": ["edge"], "always": false}
}

test_a_patch_lacks_no_policy if {
	_patch({"path": "/p", "effective": "IfNotPresent"}) == set()
	count(_patch({"path": "/p", "effective": "IfNotPresent", "written": "IfNotPresent"})) == 1
}

test_silent_when[note] if {
	some note, [image, policy, always] in {
		"a tag that moves is pulled": [_edge, "Always", true],
		"a version is kept": [_version, "IfNotPresent", false],
		"a digest is kept beside a tag that moves": [object.union(_edge, _digest), "IfNotPresent", false],
		"the reference cannot be read": [{"error": "bad"}, "IfNotPresent", false],
	}
	_findings(image, policy, always) == set()
}
