ARG VERSION=3.20
FROM registry.example.com/base/alpine:${VERSION}
USER 1000
