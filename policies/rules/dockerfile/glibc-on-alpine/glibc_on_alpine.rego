# METADATA
# title: Programs find their C library
# description: |
#   A program built for glibc is put on Alpine, which has musl: one that a stage on Debian compiled, a release of
#   Erlang, .NET's linux-x64, or a download that is for glibc. Its loader is not there.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://wiki.alpinelinux.org/wiki/Running_glibc_programs
#     description: glibc programs on Alpine
#   - ref: https://pkg.go.dev/cmd/cgo
#     description: CGO_ENABLED
# custom:
#   level: warning
#   subject: dockerfile
#   lesson: |
#     The build moved from an Alpine image to the default one of the language for a faster compiler. Every test
#     passed in the build stage, and in production nothing started.
#   messages: [built, c, dotnet, download, go, image, release, rust]
#   params: {}
package rules.dockerfile["glibc-on-alpine"]

# METADATA
# description: One finding for each program without its loader.
# scope: document
finding contains {"path": binary.path, "messageId": binary.reason, "data": {"what": binary.what}} if {
	some binary in input.foreignBinaries
}
