FROM registry.example.com/base/alpine:latest
USER 1000
