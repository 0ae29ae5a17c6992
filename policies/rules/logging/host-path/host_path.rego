# METADATA
# title: Programs write no logs to the node
# description: |
#   A workload that is no DaemonSet mounts a log folder of its node.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/cluster-administration/logging/
#     description: Logging architecture
#   - ref: https://kubernetes.io/docs/concepts/storage/volumes/
#     description: hostPath and its risks
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     An old service wrote its files to `/var/log/shop` of whatever node it ran on. After a year every node had
#     some of them, and the first one was full.
#   messages: []
#   params:
#     folders:
#       description: |
#         Folders of the node that hold logs, with all below them.
#       default: [/var/log, /var/lib/docker/containers, /dev/log]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
#     names:
#       description: |
#         Folder names that mean logs wherever they stand.
#       default: [log, logs]
#       schema: {type: array, items: {type: string}, uniqueItems: true}
package rules.logging["host-path"]

# METADATA
# description: One finding for each such volume.
# scope: document
finding contains {"path": volume.path, "data": {"volume": volume.name, "hostPath": volume.hostPath}} if {
	input.family != "DaemonSet"
	some volume in input.volumes
	_holds_logs(volume.hostPath)
}

_params := data.params["logging/host-path"]

_holds_logs(path) if {
	some folder in _params.folders
	startswith($"{path}/", $"{folder}/")
}

_holds_logs(path) if {
	some name in split(path, "/")
	name in _params.names
}
