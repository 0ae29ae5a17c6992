package rules.images["registry-allowlist_test"]

import data.rules.images["registry-allowlist"] as rule

_findings(name, registries) := found if {
	found := rule.finding with input as {"images": [{
		"path": "/spec/containers/0/image",
		"container": "web",
		"written": "image",
		"name": name,
	}]}
		with data.params["images/registry-allowlist"] as {"registries": registries}
}

test_finding_when[note] if {
	some note, [name, registries] in {
		"the registry is another": ["docker.io/library/nginx", ["registry.example.com"]],
		"the registry only begins alike": ["registry.example.com.evil.io/web", ["registry.example.com"]],
		"the repository only begins alike": ["registry.example.com/ab", ["registry.example.com/a"]],
		"the port is another": ["registry.example.com:5000/web", ["registry.example.com"]],
		"it is above the entry": ["registry.example.com/a", ["registry.example.com/a/b"]],
	}
	_findings(name, registries) == {{
		"path": "/spec/containers/0/image",
		"data": {"container": "web", "image": "image", "name": name},
	}}
}

test_silent_when[note] if {
	some note, [name, registries] in {
		"the registry is on the list": ["registry.example.com/a/web", ["docker.io", "registry.example.com"]],
		"the repository is on the list": ["registry.example.com/a", ["registry.example.com/a"]],
		"the entry ends with a slash": ["registry.example.com/a/web", ["registry.example.com/a/"]],
		"the port is on the list": ["[2001:db8::1]:5000/web", ["[2001:db8::1]:5000"]],
		"there is no list": ["docker.io/library/nginx", []],
	}
	_findings(name, registries) == set()
}

test_silent_when_the_reference_cannot_be_read if {
	rule.finding == set() with input as {"images": [{"path": "", "written": "Web", "error": "bad"}]}
		with data.params["images/registry-allowlist"] as {"registries": ["registry.example.com"]}
}
