# One image for the service, the worker and the command line:
#
#   docker run -p 8000:8000 -v loyalty:/data IMAGE            the service
#   docker run --init --no-healthcheck -v ... IMAGE worker    the worker
#   docker run --rm -v ... IMAGE verify                       any other command
#
# The first process of a container adopts orphans and gets no default for SIGTERM. `serve` hands the
# process over to gunicorn, which does both; give the other commands `--init` where they run for long.
# No pid file is written: after a hard kill a stale one would keep the next start from coming up.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
# run.txt instead adds pyarrow (170 MB), for replaying Parquet files inside the container.
ARG REQUIREMENTS=image.txt
WORKDIR /build
RUN python -m venv /venv
COPY requirements/ requirements/
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r "requirements/${REQUIREMENTS}"
COPY pyproject.toml LICENSE ./
COPY loyalty_engine/ loyalty_engine/
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /venv/bin/pip uninstall --yes setuptools pip

FROM python:${PYTHON}-slim
# The counters of all gunicorn workers meet in PROMETHEUS_MULTIPROC_DIR, emptied by `serve` at start.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PROMETHEUS_MULTIPROC_DIR=/tmp/loyalty-metrics \
    LOYALTY_DATABASE_URL=sqlite:////data/loyalty.db \
    LOYALTY_BIND=0.0.0.0:8000
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin loyalty \
    && install --directory --owner=loyalty --group=loyalty /data /tmp/loyalty-metrics
WORKDIR /app
COPY --from=build /venv /venv
COPY rules/ rules/
COPY plugins/ plugins/
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["loyalty"]
CMD ["serve"]
