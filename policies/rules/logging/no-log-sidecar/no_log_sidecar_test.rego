package rules.logging["no-log-sidecar_test"]

import data.rules.logging["no-log-sidecar"] as rule

_facts(family, containers) := {
	"family": family,
	"containers": [{"pod": 0, "name": name, "role": role} | some name, [role, _] in containers],
	"images": [image |
		some name, [_, image_name] in containers
		image_name != ""
		image := {"path": $"/{name}", "pod": 0, "container": name, "written": image_name, "name": $"docker.io/{image_name}"}
	],
}

_findings(facts) := found if {
	found := rule.finding with input as facts
		with data.params["logging/no-log-sidecar"] as {"collectors": ["fluent-bit", "timberio/vector"]}
}

_alone(image) := {{"path": "/logs", "messageId": "alone", "data": {"container": "logs", "image": image}}}

test_finding_when[note] if {
	some note, [role, image] in {
		"it is a container": ["app", "fluent/fluent-bit"],
		"it is a sidecar": ["sidecar", "fluent/fluent-bit"],
		"words of its name are a collector's": ["app", "shop/my_fluent-bit.v2"],
		"the end of its reference is a collector's": ["app", "mirror/timberio/vector"],
	}
	_findings(_facts("Deployment", {"web": ["app", "shop/web"], "logs": [role, image]})) == _alone(image)
}

test_finding_when_the_program_has_no_image_in_a_patch if {
	_findings(_facts("Deployment", {"web": ["app", ""], "logs": ["app", "fluent-bit"]})) == _alone("fluent-bit")
}

test_finding_names_the_daemon_set_that_collects_already if {
	agents := [
		{"namespace": "kube-system", "name": "proxy", "images": ["registry.k8s.io/kube-proxy"]},
		{"namespace": "logs", "name": "collect", "images": ["docker.io/fluent/fluent-bit"]},
	]
	facts := _facts("Deployment", {"web": ["app", "shop/web"], "logs": ["app", "fluent-bit"]})
	_findings(object.union(facts, {"nodeAgents": agents})) == {{
		"path": "/logs",
		"messageId": "collected",
		"data": {"container": "logs", "image": "fluent-bit", "daemonSet": "collect"},
	}}
}

test_silent_when[note] if {
	some note, [family, containers] in {
		"it is a DaemonSet": ["DaemonSet", {"web": ["app", "web"], "logs": ["app", "fluent-bit"]}],
		"it is alone": ["Deployment", {"logs": ["app", "fluent-bit"]}],
		"all are collectors": ["Deployment", {"more": ["app", "timberio/vector"], "logs": ["app", "fluent-bit"]}],
		"it runs before the program": ["Deployment", {"web": ["app", "web"], "logs": ["init", "fluent-bit"]}],
		"there is none": ["Deployment", {"web": ["app", "web"], "proxy": ["app", "proxy"]}],
		"its name only begins the same": ["Deployment", {"web": ["app", "web"], "ui": ["app", "fluent-bitter"]}],
		"another has that name": ["Deployment", {"web": ["app", "web"], "search": ["app", "shop/vector"]}],
	}
	_findings(_facts(family, containers)) == set()
}
