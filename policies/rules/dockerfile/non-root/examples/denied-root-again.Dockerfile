FROM alpine:3.20
USER 1000
COPY web /web
USER root
ENTRYPOINT ["/web"]
