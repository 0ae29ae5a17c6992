package rules.logging.stdout_test

import data.rules.logging.stdout as rule

_findings(kind, path, name) := found if {
	found := rule.finding with input as {
		"volumes": [{
			"pod": 0,
			"name": "logs",
			"kind": kind,
			"mounts": [{"path": "/m", "container": "web", "mountPath": path}],
		}],
		"images": [{"pod": 0, "container": "web", "written": "nginx:1", "name": name}],
	}
		with data.params["logging/stdout"] as {"folders": {"nginx": "/var/log/nginx"}}
}

test_finding_when[note] if {
	some note, path in {"it is the folder": "/var/log/nginx", "it is above": "/var/log", "it is below": "/var/log/nginx/shop"}
	_findings("emptyDir", path, "docker.io/library/nginx") == {{
		"path": "/m",
		"data": {"volume": "logs", "mountPath": path, "image": "nginx:1"},
	}}
}

test_finding_from_whatever_registry if {
	_findings("volumeClaimTemplate", "/var/log/nginx", "registry.example.com/mirror/nginx") != set()
}

test_silent_when[note] if {
	some note, [kind, path, name] in {
		"the folder is another": ["emptyDir", "/var/cache/nginx", "docker.io/library/nginx"],
		"the image is another": ["emptyDir", "/var/log/nginx", "docker.io/library/caddy"],
		"its name only ends the same": ["emptyDir", "/var/log/nginx", "docker.io/shop/unginx"],
		"it holds configuration": ["configMap", "/var/log/nginx", "docker.io/library/nginx"],
	}
	_findings(kind, path, name) == set()
}
