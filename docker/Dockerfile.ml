# Dataset, training, evaluation and registration: what ml_builder and the training jobs run.

# --- base: the same lines in every Dockerfile of this folder, so that Docker builds them once ---
ARG PYTHON_IMAGE=python:3.11-slim
FROM ${PYTHON_IMAGE} AS base
ENV PATH=/opt/venv/bin:$PATH \
    VIRTUAL_ENV=/opt/venv \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app/src \
    HOME=/tmp \
    PDX_HOME=/var/lib/predictiondex \
    NUMBA_CACHE_DIR=/tmp/kernel \
    NUMBA_CPU_NAME=generic
RUN groupadd --gid 10001 pdx \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin pdx \
    && install --directory --owner=pdx --group=pdx --mode=0750 /var/lib/predictiondex \
    && python -m venv --without-pip /opt/venv
WORKDIR /app

# The installer stays out of the images. Package index and certificates of a closed network come as build
# secrets (docs/DOCKER_STACK_GUIDE.md); an open one needs none.
FROM base AS tools
RUN --mount=type=bind,source=requirements/bootstrap.txt,target=/tmp/bootstrap.txt \
    --mount=type=cache,target=/root/.cache/pip \
    --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    --mount=type=secret,id=certificates,target=/etc/ssl/certs/ca-certificates.crt \
    /usr/local/bin/python -m pip install --disable-pip-version-check --root-user-action=ignore \
    --target=/tools --require-hashes --only-binary=:all: --requirement /tmp/bootstrap.txt
# --- end of base ---

FROM base AS tracking
RUN --mount=type=bind,from=tools,source=/tools/bin/uv,target=/usr/local/bin/uv \
    --mount=type=bind,source=requirements/tracking.txt,target=/tmp/tracking.txt \
    --mount=type=cache,target=/root/.cache/uv \
    --mount=type=secret,id=uv.toml,target=/etc/uv/uv.toml \
    --mount=type=secret,id=certificates,target=/etc/ssl/certs/ca-certificates.crt \
    UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 \
    uv pip install --cache-dir=/root/.cache/uv --require-hashes --requirement /tmp/tracking.txt

FROM tracking AS training
RUN --mount=type=bind,from=tools,source=/tools/bin/uv,target=/usr/local/bin/uv \
    --mount=type=bind,source=requirements/mlops.txt,target=/tmp/mlops.txt \
    --mount=type=cache,target=/root/.cache/uv \
    --mount=type=secret,id=uv.toml,target=/etc/uv/uv.toml \
    --mount=type=secret,id=certificates,target=/etc/ssl/certs/ca-certificates.crt \
    UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 \
    uv pip install --cache-dir=/root/.cache/uv --require-hashes --requirement /tmp/mlops.txt

FROM base AS core
RUN --mount=type=bind,from=tools,source=/tools/bin/uv,target=/usr/local/bin/uv \
    --mount=type=bind,source=requirements/core.txt,target=/tmp/core.txt \
    --mount=type=cache,target=/root/.cache/uv \
    --mount=type=secret,id=uv.toml,target=/etc/uv/uv.toml \
    --mount=type=secret,id=certificates,target=/etc/ssl/certs/ca-certificates.crt \
    UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 \
    uv pip install --cache-dir=/root/.cache/uv --require-hashes --requirement /tmp/core.txt

# One moment for every file: compiled code is found again by it, wherever the image goes.
FROM base AS source
COPY src /app/src
COPY docker/entrypoint.py /app/entrypoint.py
RUN find /app -exec touch --no-dereference --date=@0 {} + \
    && /usr/local/bin/python -m compileall -q /app/src

# The compiled battle rules and features, made from their sources alone: a change elsewhere compiles nothing.
FROM core AS kernel
COPY --from=source /app/src/predictiondex/__init__.py /app/src/predictiondex/errors.py /app/src/predictiondex/
COPY --from=source /app/src/predictiondex/messages /app/src/predictiondex/messages
COPY --from=source /app/src/predictiondex/pokedex /app/src/predictiondex/pokedex
COPY --from=source /app/src/predictiondex/battle /app/src/predictiondex/battle
COPY --from=source /app/src/predictiondex/ml/__init__.py /app/src/predictiondex/ml/features.py \
    /app/src/predictiondex/ml/rows.py /app/src/predictiondex/ml/trees.py /app/src/predictiondex/ml/
COPY --from=source /app/src/predictiondex/ml/race /app/src/predictiondex/ml/race
RUN NUMBA_CACHE_DIR=/opt/kernel python -c "from predictiondex.battle.montecarlo import warm_up_all; \
from predictiondex.ml import features, trees; warm_up_all(); features.warm_up(); trees.warm_up()"

FROM training AS ml
ENV MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=true
COPY --from=kernel /opt/kernel /opt/kernel
COPY --from=source /app /app
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="predictiondex-ml" \
    org.opencontainers.image.description="Training of PredictionDex" \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"
USER 10001:10001
ENTRYPOINT ["python", "/app/entrypoint.py"]
CMD ["python", "-m", "predictiondex", "train", "--profile", "quick"]
