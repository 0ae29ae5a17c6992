# METADATA
# description: What containers ask for and may use at most, as the server will see it.
package lib.bounds

# METADATA
# description: |
#   What is wrong where a container has to name an amount: `missing`, or `zero`, which asks for nothing and limits
#   nothing. Undefined where the container has one, or its pod has one for all containers together, or where it may
#   have one in the container that it is merged into. An amount that cannot be read is not missing:
#   `resources/invalid-quantity` speaks of it.
# scope: document
gap(container, side, resource) := "missing" if {
	not container.partial
	not container[side][resource]
	not _pod_has(container, side, resource)
}

gap(container, side, resource) := "zero" if {
	container[side][resource] == "0"
	not _pod_has(container, side, resource)
}

_pod_has(container, side, resource) if {
	input.pods[container.pod][side][resource] != "0"
}
