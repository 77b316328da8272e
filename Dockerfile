# The service without its database; compose.yaml starts both.

FROM python:3.12-slim-trixie AS build
WORKDIR /build
# A read-only container cannot keep compiled modules, so they are made here.
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
COPY requirements-tools.lock requirements.lock ./
RUN python -m pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-tools.lock \
    && uv venv /opt/flurwerk \
    && uv pip sync --no-cache --python /opt/flurwerk --require-hashes requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY geo geo
COPY maps maps
COPY api api
COPY sample_data sample_data
RUN uv pip install --no-cache --offline --python /opt/flurwerk --no-deps --no-build-isolation .

FROM python:3.12-slim-trixie
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin flurwerk \
    && install --directory --mode 700 --owner 10001 --group 10001 /exports /reports /backups
# For backups, of the version of the server in compose.yaml: an older pg_dump refuses a newer server. proj-data contains
# the grid by which Gauß-Krüger coordinates are transformed.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17 proj-data \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/flurwerk /opt/flurwerk
ENV PATH=/opt/flurwerk/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    FLURWERK_HOST=0.0.0.0 \
    FLURWERK_PORT=8000
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['FLURWERK_PORT'] + '/api/health/ready', timeout=4)"]
CMD ["flurwerk", "serve"]
