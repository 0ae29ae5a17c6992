package rules.availability["probes-required_test"]

import data.rules.availability["probes-required"] as rule

_findings(family, runs, container) := found if {
	found := rule.finding with input as {
		"family": family,
		"pods": [{"runs": runs}],
		"containers": [object.union({"path": "/c", "pod": 0, "name": "web", "role": "app"}, container)],
	}
		with data.params["availability/probes-required"] as {"probes": ["readiness", "liveness"]}
}

_finding(probe) := {"path": $"/c/{probe}Probe", "data": {"container": "web", "probe": probe}}

test_finding_when[note] if {
	some note, [container, findings] in {
		"it has none": [{}, {_finding("readiness"), _finding("liveness")}],
		"it lacks one": [{"probes": {"liveness": {}}}, {_finding("readiness")}],
		"a sidecar has none": [{"role": "sidecar"}, {_finding("readiness"), _finding("liveness")}],
	}
	_findings("Deployment", "for-good", container) == findings
}

test_silent_when[note] if {
	some note, [family, runs, container] in {
		"it has both": ["Deployment", "for-good", {"probes": {"liveness": {}, "readiness": {}}}],
		"it is an init container": ["Deployment", "for-good", {"role": "init"}],
		"it is a Job": ["Job", "for-good", {}],
		"the pod runs to the end": ["Pod", "to-the-end", {}],
		"another container may have them": ["Deployment", "for-good", {"partial": true}],
	}
	_findings(family, runs, container) == set()
}
