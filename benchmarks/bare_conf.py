"""gunicorn for the bare applications: as the service runs, without what the service adds."""

from loyalty_engine.api.gunicorn_conf import (
    backlog,
    bind,
    keepalive,
    threads,
    timeout,
    worker_tmp_dir,
    workers,
)

worker_class = "gthread"
control_socket_disable = True
accesslog = None
loglevel = "warning"

__all__ = ["backlog", "bind", "keepalive", "threads", "timeout", "worker_tmp_dir", "workers"]
