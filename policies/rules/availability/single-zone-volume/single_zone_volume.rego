# METADATA
# title: Volumes do not tie pods to one zone
# description: |
#   A pod uses a disk that stands in one zone, or a StorageClass makes such disks before the pod is placed, in a
#   zone that nobody chose.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/storage-classes/
#     description: Volume binding mode
#   - ref: https://kubernetes.io/docs/setup/best-practices/multiple-zones/
#     description: Storage in multiple zones
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     The class of the cluster bound disks at once. Half of the volumes were made in the zone without free nodes,
#     and their pods stayed Pending with "volume node affinity conflict".
#   messages: [class, disk, zone]
#   params:
#     provisioners:
#       description: |
#         Provisioners whose volumes stand in one zone.
#       default: [cinder.csi.openstack.org, disk.csi.azure.com, ebs.csi.aws.com, ebs.csi.eks.amazonaws.com, kubernetes.io/aws-ebs, kubernetes.io/azure-disk, kubernetes.io/cinder, kubernetes.io/gce-pd, pd.csi.storage.gke.io]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.availability["single-zone-volume"]

# METADATA
# description: One finding for each volume or class that decides the zone.
# scope: document
finding contains {
	"path": volume.path,
	"messageId": "disk",
	"data": {"volume": volume.name, "kind": volume.kind},
} if {
	some volume in input.volumes
	volume.kind in {"awsElasticBlockStore", "azureDisk", "cinder", "gcePersistentDisk"}
}

finding contains {"path": fault.path, "messageId": fault.id, "data": object.union(fault.data, {"name": input.object.name})} if {
	input.storageClass.provisioner in data.params["availability/single-zone-volume"].provisioners
	not _is_regional
	fault := _fault
}

_is_regional if input.storageClass.parameters["replication-type"] == "regional-pd"

_is_regional if {
	some key in {"skuName", "skuname", "storageaccounttype"}
	endswith(input.storageClass.parameters[key], "_ZRS")
}

_fault := {"id": "zone", "path": "/parameters/zone", "data": {"zone": input.storageClass.parameters.zone}} if {
	input.storageClass.parameters.zone
} else := {"id": "class", "path": input.storageClass.binding.path, "data": {}} if {
	not input.partial
	input.storageClass.binding.effective == "Immediate"
	not input.storageClass.restricted
}
