"""How gunicorn runs the service: `gunicorn -c python:loyalty_engine.api.gunicorn_conf`.

Threads, because a request spends most of its time waiting for the database, and because tills and
balancers keep connections open, which single-threaded workers cannot. What threads lack, an end to
requests that hang, api.gunicorn_worker adds.
"""

import gc
import os
import shutil
from pathlib import Path
from typing import Any

from loyalty_engine.api.turns import free_place, give_place
from loyalty_engine.config import read_settings

settings = read_settings()

# The counters of all workers meet here. Set before anything imports prometheus_client.
_metrics = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(settings.home / "metrics")))

wsgi_app = "loyalty_engine.api.wsgi:make()"
bind = [settings.bind]
workers = settings.workers
threads = settings.threads
worker_class = "loyalty_engine.api.gunicorn_worker.WatchedWorker"
timeout = settings.timeout
graceful_timeout = settings.graceful_timeout
keepalive = 15
backlog = 512

# Everything is imported and every rulebook parsed once, and the workers share the memory.
preload_app = True

# A heartbeat file on a busy disk can hold a worker up until it is taken for dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - memory, not disk
# Would open a socket in the home directory. And no pid file: after a hard kill a stale one keeps
# the next start from coming up.
control_socket_disable = True

# No more than a request of ours needs.
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 4094
# Nobody says by a header below which path the service stands.
forwarder_headers = ""

# One line for each request comes from the service itself, without paths and addresses.
accesslog = None
logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"gunicorn.error": {"level": settings.log_level, "propagate": True}},
    "root": {"level": settings.log_level, "handlers": []},
}


def on_starting(_server: Any) -> None:
    """Begin with empty counters: those of dead processes are never removed otherwise."""
    shutil.rmtree(_metrics, ignore_errors=True)
    _metrics.mkdir(parents=True, exist_ok=True)


def when_ready(_server: Any) -> None:
    """Keep what has been loaded out of garbage collection, so that it stays shared."""
    gc.collect()
    gc.freeze()


def pre_fork(server: Any, worker: Any) -> None:
    """Let the worker know where it tells the others how much it has to do."""
    give_place(server.WORKERS.values(), worker)


def post_fork(server: Any, _worker: Any) -> None:
    """Use none of the parent's connections; Redis and plugins see to themselves."""
    from loyalty_engine.api.wsgi import start_worker

    start_worker(server.app.wsgi())


def child_exit(_server: Any, worker: Any) -> None:
    """Take a dead worker's live gauges out of the sums, and its connections out of the count."""
    from prometheus_client.multiprocess import mark_process_dead

    free_place(worker)
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
