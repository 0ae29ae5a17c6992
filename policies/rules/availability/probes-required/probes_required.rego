# METADATA
# title: Containers say when they are ready and alive
# description: |
#   A container that runs for good lacks a probe. Sidecars (init containers that always restart) count as they run
#   as long as the pod; init containers, Jobs and pods that run to the end do not.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
#     description: Probes
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
#     description: Sidecar containers and their probes
# custom:
#   level: "off"
#   subject: object
#   lesson: |
#     A release started in twenty seconds and was sent requests after one. Every rollout cost a minute of errors
#     for a year, and nobody connected the two.
#   messages: []
#   params:
#     probes:
#       description: |
#         The probes that every such container needs.
#       default: [readiness, liveness]
#       schema: {type: array, items: {enum: [liveness, readiness, startup]}, uniqueItems: true}
package rules.availability["probes-required"]

# METADATA
# description: One finding for each probe that a container lacks.
# scope: document
finding contains {
	"path": $"{container.path}/{probe}Probe",
	"data": {"container": container.name, "probe": probe},
} if {
	not input.family in {"CronJob", "Job"}
	some container in input.containers
	container.role in {"app", "sidecar"}
	not container.partial
	input.pods[container.pod].runs == "for-good"
	some probe in data.params["availability/probes-required"].probes
	not container.probes[probe]
}
