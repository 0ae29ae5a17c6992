FROM registry.example.com/base/python:3.13
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
USER 1000
