# METADATA
# title: Findings of all enabled rules
# description: |
#   The one entrypoint. `data.enabled` names the rules of each subject as `[category, id]`; a rule that is not named
#   there costs nothing. `data.params` holds the parameters of each rule.
package main

# METADATA
# description: The findings of one subject by rule.
# scope: document
findings[rule] contains finding if {
	some rule, [category, id] in data.enabled[input.subject]
	some finding in data.rules[category][id].finding
}
