package rules.dockerfile["small-base_test"]

import data.rules.dockerfile["small-base"] as rule

_findings(image, ships) := found if {
	found := rule.finding with input as {"stages": [{
		"path": "/instructions/0",
		"base": "web",
		"ships": ships,
		"image": image,
	}]}
		with data.params["dockerfile/small-base"] as {"toolChains": ["golang"], "jdks": ["openjdk"], "large": ["node"]}
}

test_finding_when[note] if {
	some note, image in {
		"it is a tool chain": {"name": "docker.io/library/golang", "tag": "1.24-alpine"},
		"it is a JDK": {"name": "docker.io/library/openjdk", "tag": "21-slim"},
		"it is the large variant": {"name": "docker.io/library/node", "tag": "22"},
		"it has no tag": {"name": "docker.io/library/node"},
	}
	_findings(image, true) == {{"path": "/instructions/0", "data": {"base": "web"}}}
}

test_silent_when[note] if {
	some note, [image, ships] in {
		"it does not ship": [{"name": "docker.io/library/golang", "tag": "1.24"}, false],
		"it is a JRE": [{"name": "docker.io/library/openjdk", "tag": "21-jre"}, true],
		"it is the small variant": [{"name": "docker.io/library/node", "tag": "22-slim"}, true],
		"it is another": [{"name": "docker.io/library/nginx"}, true],
	}
	_findings(image, ships) == set()
}
