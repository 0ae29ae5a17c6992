package rules.quota["peak-exceeded_test"]

import data.rules.quota["peak-exceeded"] as rule

_findings(changes) := found if {
	found := rule.finding with input as {"quotas": [object.union(
		{
			"object": 0, "path": "/spec/hard/pods", "namespace": "shop", "quota": "shop", "resource": "pods",
			"wanted": "4", "peak": "5", "hard": "4", "overPeak": "1",
			"fits": true, "fitsPeak": false, "stops": false,
		},
		changes,
	)]}
}

test_finding_when_only_the_peak_is_too_high if {
	_findings({}) == {{
		"object": 0,
		"path": "/spec/hard/pods",
		"data": {
			"namespace": "shop", "quota": "shop", "resource": "pods",
			"wanted": "4", "peak": "5", "hard": "4", "over": "1",
		},
	}}
}

test_silent_when[note] if {
	some note, changes in {
		"the peak fits": {"fitsPeak": true},
		"not even the rest fits": {"fits": false},
		"a rollout that it stops is told of": {"stops": true},
	}
	_findings(changes) == set()
}
