# METADATA
# description: What image rules share.
package lib.images

# METADATA
# description: The image in the words of a finding, with the container or volume that names it.
# scope: document
describe(image) := object.union(
	{"image": image.written},
	object.filter(image, {"container", "volume"}),
)
