# METADATA
# title: Images come from allowed registries
# description: |
#   An image is not under any of the registries and repositories on the list. Without a list the rule says nothing.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/containers/images/
#     description: Image names
#   - ref: https://github.com/distribution/reference
#     description: How container runtimes read image references
# custom:
#   level: error
#   subject: object
#   lesson: |
#     A public image was replaced under its name by one with a miner in it; nobody had decided to trust that registry, and
#     nothing asked.
#   messages: []
#   params:
#     registries:
#       description: |
#         Registries or repositories in full, such as `registry.example.com`, `registry.example.com:5000/team` or `docker.io/library`. An
#         entry matches whole path segments: `registry.example.com/a` allows `registry.example.com/a/b`, never `registry.example.com/ab`.
#       default: []
#       schema: {type: array, items: {type: string, minLength: 1}, uniqueItems: true}
package rules.images["registry-allowlist"]

import data.lib.images

# METADATA
# description: One finding for each image from elsewhere.
# scope: document
finding contains {
	"path": image.path,
	"data": object.union(images.describe(image), {"name": image.name}),
} if {
	_entries != []
	some image in input.images
	image.name
	not _is_allowed(image.name)
}

_entries := data.params["images/registry-allowlist"].registries

_is_allowed(name) if {
	some entry in _entries
	startswith($"{name}/", $"{trim_right(entry, "/")}/")
}
