FROM golang:1.24 AS build
COPY . .
RUN CGO_ENABLED=0 go build -o /web .

FROM gcr.io/distroless/static:nonroot
COPY --from=build /web /web
ENTRYPOINT ["/web"]
