# METADATA
# title: Runtimes fit into the limits of their containers
# description: |
#   A runtime is told to take more than its container may use: a JVM heap (`-Xmx`, `MaxRAMPercentage`), the old
#   space of Node (`--max-old-space-size`), the memory of Go (`GOMEMLIMIT`), or more threads than cores
#   (`GOMAXPROCS`).
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html
#     description: Options of java
#   - ref: https://nodejs.org/api/cli.html
#     description: "--max-old-space-size"
#   - ref: https://go.dev/doc/gc-guide
#     description: Memory limit of Go
# custom:
#   level: warning
#   subject: object
#   lesson: |
#     `-Xmx512m` stood beside a limit of 512Mi for months. On the first evening with more viewers than usual the
#     heap filled up, and the kernel killed pod after pod, without a word in any log.
#   messages: [cpu, memory]
#   params:
#     percent:
#       description: |
#         How much of the memory limit a runtime may take.
#       default: 95
#       schema: {type: number, exclusiveMinimum: 0, maximum: 100}
package rules.resources["heap-over-limit"]

# METADATA
# description: One finding for each runtime that asks for too much.
# scope: document
finding contains {
	"path": runtime.path,
	"messageId": runtime.resource,
	"data": object.filter(runtime, {"container", "option", "amount", "limit", "percent"}),
} if {
	some runtime in input.runtimes
	runtime.percent > _most[runtime.resource]
}

_most := {"cpu": 100, "memory": data.params["resources/heap-over-limit"].percent}
