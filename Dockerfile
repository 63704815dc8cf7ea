# syntax=docker/dockerfile:1
# The server and its workers, as a user without rights on a file system that may be read-only.
FROM node:22-bookworm-slim AS console

WORKDIR /build
COPY clients/typescript/src clients/typescript/src
COPY console console
RUN npm ci --prefix console --no-audit --no-fund && npm run --prefix console build

FROM python:3.11-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/app
COPY requirements.txt ./
RUN /opt/app/bin/pip install --require-hashes --only-binary :all: -r requirements.txt
COPY pyproject.toml hatch_build.py wallet_orchestrator_pytest.py README.md openapi.yaml openapi.mock.yaml schemathesis.toml ./
COPY generated_models generated_models
COPY backends backends
COPY server server
COPY wallet_cli wallet_cli
COPY emulators emulators
COPY contract_tools contract_tools
COPY --from=console /build/console/dist console/dist
# The build's own tool comes from the hashed development pins, into a place of its own.
COPY requirements-dev.txt ./
RUN python -m venv /opt/tools \
    && /opt/tools/bin/pip install --require-hashes --only-binary :all: -r requirements-dev.txt \
    && /opt/tools/bin/python -m hatchling build -t wheel -d /build/dist \
    && /opt/app/bin/pip install --no-deps /build/dist/*.whl \
    && /opt/app/bin/python -m compileall -q /opt/app

FROM python:3.11-slim-bookworm

RUN groupadd --gid 10001 wallets \
    && useradd --uid 10001 --gid wallets --no-create-home --shell /usr/sbin/nologin wallets \
    && install -d -o wallets -g wallets /data /keys
COPY --from=build /opt/app /opt/app
ENV PATH=/opt/app/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    WALLET_LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
EXPOSE 8000
# Longer than a stop takes (8 s): `docker stop --time 10`, terminationGracePeriodSeconds: 10.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=10s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=3)"]
ENTRYPOINT ["wallet-orchestrator"]
CMD ["serve"]
