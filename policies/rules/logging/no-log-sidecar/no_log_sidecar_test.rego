package rules.logging["no-log-sidecar_test"]

import data.rules.logging["no-log-sidecar"] as rule

_findings(family, containers) := found if {
	found := rule.finding with input as {
		"family": family,
		"containers": [{"pod": 0, "name": name, "role": role} | some name, [role, _] in containers],
		"images": [image |
			some name, [_, image_name] in containers
			image := {"path": $"/{name}", "pod": 0, "container": name, "written": image_name, "name": $"docker.io/fluent/{image_name}"}
		],
	}
		with data.params["logging/no-log-sidecar"] as {"collectors": ["fluent-bit"]}
}

test_finding_when[note] if {
	some note, role in {"it is a container": "app", "it is a sidecar": "sidecar"}
	_findings("Deployment", {"web": ["app", "web"], "logs": [role, "fluent-bit"]}) == {{
		"path": "/logs",
		"data": {"container": "logs", "image": "fluent-bit"},
	}}
}

test_silent_when[note] if {
	some note, [family, containers] in {
		"it is a DaemonSet": ["DaemonSet", {"web": ["app", "web"], "logs": ["app", "fluent-bit"]}],
		"it is alone": ["Deployment", {"logs": ["app", "fluent-bit"]}],
		"it runs before the program": ["Deployment", {"web": ["app", "web"], "logs": ["init", "fluent-bit"]}],
		"there is none": ["Deployment", {"web": ["app", "web"], "proxy": ["app", "proxy"]}],
	}
	_findings(family, containers) == set()
}
