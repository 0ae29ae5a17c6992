ARG BASE=docker.io/bitnami/node:22
FROM ${BASE}
USER 1000
