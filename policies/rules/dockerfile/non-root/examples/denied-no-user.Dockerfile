FROM alpine:3.20
COPY web /web
ENTRYPOINT ["/web"]
