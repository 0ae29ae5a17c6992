FROM golang:1.24 AS build
COPY . .
RUN go build -o /web .

FROM alpine:3.20
COPY --from=build /web /web
USER 1000
ENTRYPOINT ["/web"]
