"""Alive, ready, and what has been counted: for those who run the service."""

import msgspec
from flask import Response

from loyalty_engine import __version__
from loyalty_engine.api.calls import Calls
from loyalty_engine.api.errors import Fault, Problem
from loyalty_engine.api.metrics import MEDIA_TYPE
from loyalty_engine.api.schemas.service import Alive, Exposition, Ready
from loyalty_engine.api.service import Service

calls = Calls("health", "For load balancers and monitoring; no key is needed.")

_encode = msgspec.json.encode


@calls.open("/healthz", gives=Alive())
def healthz(_: Service) -> Response:
    """Say that the process answers."""
    body = _encode({"status": "alive", "version": __version__})
    return Response(body, mimetype="application/json")


@calls.open("/readyz", gives=Ready())
def readyz(service: Service) -> Response:
    """Say whether requests can be answered, part by part, and why not where they cannot."""
    parts = service.conditions()
    faults = [Fault(f"{it.name}: {it.detail}") for it in parts if it.needed and not it.ready]
    if faults:
        detail = "; ".join(fault.detail for fault in faults)
        return Problem(
            503, "not_ready", detail, faults=faults, headers={"Retry-After": "1"}
        ).response()
    return Response(_encode({"ready": True, "parts": parts}), mimetype="application/json")


@calls.open("/metrics", gives=Exposition(), media_type="text/plain")
def metrics(service: Service) -> Response:
    """Show what has been counted, as Prometheus reads it."""
    return Response(
        service.metrics.page() + service.jobs_page() + service.value_page(), content_type=MEDIA_TYPE
    )
