FROM alpine:3.20
RUN wget https://nodejs.org/dist/v22.11.0/node-v22.11.0-linux-x64.tar.gz && \
    tar -xzf node-v22.11.0-linux-x64.tar.gz -C /usr/local --strip-components=1
USER 1000
ENTRYPOINT ["node"]
