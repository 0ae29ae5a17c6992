ARG BASE=registry.example.com/base/node:22
FROM golang:1.24 AS build
FROM ${BASE} AS web
FROM web
USER 1000
