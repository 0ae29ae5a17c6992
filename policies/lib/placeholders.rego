# METADATA
# description: Texts that a template step had to fill in, which are `delivery/unresolved-placeholder`'s matter.
package lib.placeholders

# METADATA
# description: Whether one stands at a pointer, so that no other rule has to speak of the text there.
# scope: document
stands_at(path) if {
	some placeholder in input.placeholders
	placeholder.path == path
}
