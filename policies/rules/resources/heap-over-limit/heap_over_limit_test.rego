package rules.resources["heap-over-limit_test"]

import data.rules.resources["heap-over-limit"] as rule

_runtime := {
	"path": "/env", "container": "web", "runtime": "jvm", "option": "-Xmx1g", "amount": "1Gi", "limit": "1Gi",
}

_findings(resource, percent) := found if {
	found := rule.finding with input as {"runtimes": [object.union(_runtime, {"resource": resource, "percent": percent})]}
		with data.params["resources/heap-over-limit"] as {"percent": 95}
}

test_finding_when[note] if {
	some note, [resource, percent] in {
		"the heap fills the limit": ["memory", 100],
		"there are more threads than cores": ["cpu", 200],
	}
	_findings(resource, percent) == {{
		"path": "/env",
		"messageId": resource,
		"data": {"container": "web", "option": "-Xmx1g", "amount": "1Gi", "limit": "1Gi", "percent": percent},
	}}
}

test_silent_when[note] if {
	some note, [resource, percent] in {"room is left": ["memory", 95], "each thread has a core": ["cpu", 100]}
	_findings(resource, percent) == set()
}
