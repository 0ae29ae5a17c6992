FROM golang:1.24
COPY . .
RUN go build -o /web .
USER 1000
ENTRYPOINT ["/web"]
