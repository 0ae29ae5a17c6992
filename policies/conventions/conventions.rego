# METADATA
# title: Conventions of our rules
# description: |
#   Judges the annotations of the rules, as `opa inspect --annotations` lists them: what the catalog, the config and the
#   documents are made from has to be there.
package conventions

# METADATA
# description: One sentence for each convention that a rule breaks.
# scope: document
violations contains $"{_rule(entry)}: {key} is missing" if {
	some entry in _packages
	some key in {"title", "description", "related_resources", "custom/lesson"}
	object.get(entry.annotations, split(key, "/"), "") in {"", []}
}

violations contains $"{_rule(entry)}: custom/{key} must be one of {concat(", ", allowed)}" if {
	some entry in _packages
	some key, allowed in {"level": {"error", "warning", "off"}, "subject": {"dockerfile", "object", "release"}}
	some value in _values(object.get(entry.annotations, ["custom", key], ""))
	not value in allowed
}

violations contains $"{_rule(entry)}: custom/{key} must be {type}, empty for none" if {
	some entry in _packages
	some key, type in {"messages": "array", "params": "object"}
	type_name(object.get(entry.annotations, ["custom", key], null)) != type
}

violations contains $"{_rule(entry)}: parameter {name} needs description, default and schema" if {
	some entry in _packages
	some name, param in entry.annotations.custom.params
	object.keys(param) != {"description", "default", "schema"}
}

violations contains $"{_rule(entry)}: the facts schema must type its input" if {
	some entry in _packages
	not _is_typed(entry.annotations)
}

violations contains $"{namespace}: the package has no METADATA" if {
	some namespace, files in input.namespaces
	some file in files
	not endswith(file, "_test.rego")
	not file in {entry.location.file | some entry in _packages}
}

violations contains $"{_rule(entry)}: {entry.path[count(entry.path) - 1].value} has no description" if {
	some entry in input.annotations
	entry.annotations.scope != "package"
	object.get(entry.annotations, "description", "") == ""
}

_packages contains entry if {
	some entry in input.annotations
	entry.annotations.scope == "package"
}

_values(written) := written if is_array(written)

_values(written) := [written] if not is_array(written)

_rule(entry) := concat("/", [step.value | some index, step in entry.path; index in {2, 3}])

_is_typed(annotations) if {
	some schema in annotations.schemas
	[step.value | some step in schema.schema] == ["schema", "facts"]
}
