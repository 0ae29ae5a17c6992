FROM registry.example.com/base/alpine
USER 1000
