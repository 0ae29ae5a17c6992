FROM golang:1.24 AS build
COPY . .
RUN CGO_ENABLED=0 go build -o /web .

FROM alpine:3.20
COPY --from=build /web /web
USER 1000
ENTRYPOINT ["/web"]
