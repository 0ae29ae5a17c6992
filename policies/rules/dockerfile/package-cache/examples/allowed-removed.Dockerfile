FROM registry.example.com/base/debian:12
RUN apt-get update \
    # only what is needed
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
USER 1000
