"""gunicorn for the bare applications: as the service runs, without what the service adds."""

from loyalty_engine.api.gunicorn_conf import (
    backlog,
    bind,
    keepalive,
    pre_fork,
    threads,
    timeout,
    worker_class,
    worker_tmp_dir,
    workers,
)

control_socket_disable = True
accesslog = None
loglevel = "warning"

__all__ = [
    "backlog", "bind", "keepalive", "pre_fork", "threads", "timeout", "worker_class",
    "worker_tmp_dir", "workers",
]  # fmt: skip
