"""Structured logs: one JSON object a line, of the engine and of the libraries it uses.

What is logged names programmes, routes and request ids, never members, keys or what was sent:
whoever may read the logs need not be one who may read those.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, BinaryIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_encode = msgspec.json.Encoder(enc_hook=repr).encode


def set_up_logs(level: int, stream: BinaryIO | None = None) -> None:
    """Send every log of this process, from `level` on, to `stream` (standard output)."""
    out = stream if stream is not None else sys.stdout.buffer
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _without_messages if level > logging.DEBUG else structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, _render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(_Text(out))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _render_text],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def _without_messages(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Where an error arose and of which kind, without its text, which may quote what was sent."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        event["trace"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
    return event


def _render(_: WrappedLogger, __: str, event: MutableMapping[str, Any]) -> bytes:
    return _encode(event)


def _render_text(_: WrappedLogger, __: str, event: MutableMapping[str, Any]) -> str:
    return _encode(event).decode()


class _Text:
    """A text stream over a binary one, so that all logs share one."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, text: str) -> None:
        self._out.write(text.encode())

    def flush(self) -> None:
        self._out.flush()
