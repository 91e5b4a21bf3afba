"""The OpenAPI document, and pages for people: the calls, and what each problem means.

Everything comes from this service; nothing is fetched from elsewhere and no script runs.
"""

from typing import Any

import msgspec
from flask import Flask, Response, abort, render_template, request

from loyalty_engine.api.openapi import LoyaltyApi, document
from loyalty_engine.api.refusals import KINDS

PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def serve_pages(app: Flask, api: LoyaltyApi) -> None:
    """Add the pages; every call must be registered with `api` before."""
    spec = document(api)
    text = msgspec.json.encode(spec)

    def openapi() -> Response:
        return _noted("/openapi.json", Response(text, mimetype="application/json"))

    def docs() -> Response:
        page = render_template("docs.html", spec=spec, tags=_by_tag(spec))
        return _noted("/docs", _page(page))

    def problem(code: str) -> Response:
        if code not in KINDS:
            abort(404)
        page = render_template("problem.html", code=code, kind=KINDS[code])
        return _noted("/problems/{code}", _page(page))

    def problems() -> Response:
        return _noted("/problems", _page(render_template("problems.html", kinds=KINDS)))

    def style() -> Response:
        return _noted("/style.css", Response(render_template("style.css"), mimetype="text/css"))

    for rule, view in (
        ("/openapi.json", openapi),
        ("/docs", docs),
        ("/problems", problems),
        ("/problems/<code>", problem),
        ("/style.css", style),
    ):
        app.add_url_rule(rule, view_func=view)


def _page(html: str) -> Response:
    return Response(html, headers={"Content-Security-Policy": PAGE_POLICY})


def _noted(route: str, response: Response) -> Response:
    request.environ["loyalty.route"] = route
    return response


def _by_tag(spec: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The operations under each tag, in the order of the document."""
    found: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in spec["tags"]}
    for path, methods in spec["paths"].items():
        shared = methods.get("parameters", [])
        for method, operation in methods.items():
            if method == "parameters":
                continue
            told = {**operation, "path": path, "method": method.upper()}
            told["parameters"] = [*shared, *operation.get("parameters", [])]
            for tag in operation["tags"]:
                found[tag].append(told)
    return found
