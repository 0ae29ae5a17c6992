package rules.availability["single-zone-volume_test"]

import data.rules.availability["single-zone-volume"] as rule

_findings(facts) := found if {
	found := rule.finding with input as object.union({"object": {"name": "fast"}, "volumes": []}, facts)
		with data.params["availability/single-zone-volume"] as {"provisioners": ["ebs"]}
}

_class(changes) := {"storageClass": object.union(
	{
		"provisioner": "ebs",
		"binding": {"path": "/volumeBindingMode", "effective": "Immediate"},
		"parameters": {},
		"restricted": false,
	},
	changes,
)}

test_finding_when[note] if {
	some note, [facts, finding] in {
		"the pod uses a disk": [{"volumes": [{"path": "/v", "name": "data", "kind": "gcePersistentDisk"}]}, {
			"path": "/v",
			"messageId": "disk",
			"data": {"volume": "data", "kind": "gcePersistentDisk"},
		}],
		"the class binds at once": [_class({}), {
			"path": "/volumeBindingMode",
			"messageId": "class",
			"data": {"name": "fast"},
		}],
		"the class names a zone": [_class({"parameters": {"zone": "a"}}), {
			"path": "/parameters/zone",
			"messageId": "zone",
			"data": {"name": "fast", "zone": "a"},
		}],
	}
	_findings(facts) == {finding}
}

test_silent_when[note] if {
	some note, facts in {
		"the class waits for the pod": _class({"binding": {"path": "/volumeBindingMode", "effective": "WaitForFirstConsumer"}}),
		"the class names its topology": _class({"restricted": true}),
		"the disks have two zones": _class({"parameters": {"replication-type": "regional-pd"}}),
		"the disks have three zones": _class({"parameters": {"skuName": "Premium_ZRS"}}),
		"the rest stands in another class": object.union(_class({}), {"partial": true}),
		"the provisioner is another": _class({"provisioner": "nfs"}),
		"the volume is another": {"volumes": [{"path": "/v", "name": "data", "kind": "emptyDir"}]},
	}
	_findings(facts) == set()
}
