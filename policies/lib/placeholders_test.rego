package lib.placeholders_test

import data.lib.placeholders

test_stands_where_it_stands if {
	facts := {"placeholders": [{"path": "/spec/host"}]}
	placeholders.stands_at("/spec/host") with input as facts
	not placeholders.stands_at("/spec") with input as facts
}

test_stands_nowhere_where_there_is_none if {
	not placeholders.stands_at("/spec/host") with input as {}
}
