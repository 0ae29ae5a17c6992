package lib.fits_test

import data.lib.fits

test_refusals_are_those_that_there_are if {
	fits.refusals({}) == {}
	fits.refusals({"refusal": 1, "pods": {}}) == {"object": 1}
	fits.refusals({"pods": {"refusal": 2}}) == {"pods": 2}
}

test_shortage_is_the_first_blocker if {
	fits.shortage({"blockers": [{"quota": "a", "limits": "count"}, {"quota": "b"}]}) == {"quota": "a"}
}

test_counts_are_of_objects_that_are_no_pods if {
	fits.counts_objects({"kind": "Service"}, {"limits": "count"})
	not fits.counts_objects({"kind": "Pod"}, {"limits": "count"})
	not fits.counts_objects({"kind": "Service"}, {"limits": "amount"})
}
