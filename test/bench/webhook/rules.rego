# Four rules as people write them for OPA's own server, on the whole review.
package admission

import rego.v1

containers := input.request.object.spec.template.spec.containers

deny contains sprintf("container %v has no memory limit", [container.name]) if {
	some container in containers
	not container.resources.limits.memory
}

deny contains sprintf("container %v has no requests", [container.name]) if {
	some container in containers
	some resource in ["cpu", "memory"]
	not container.resources.requests[resource]
}

deny contains sprintf("image %v has no version", [container.image]) if {
	some container in containers
	endswith(container.image, ":latest")
}

deny contains sprintf("container %v has no readiness probe", [container.name]) if {
	some container in containers
	not container.readinessProbe
}

main := {
	"apiVersion": "admission.k8s.io/v1",
	"kind": "AdmissionReview",
	"response": {
		"uid": input.request.uid,
		"allowed": count(deny) == 0,
		"status": {"message": concat("; ", deny)},
	},
}
