"""The OpenAPI document: flask-smorest's, with this service's errors, fields and key."""

from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from flask_smorest import Api
from marshmallow.class_registry import get_class
from marshmallow.fields import Field

from loyalty_engine.api.errors import MEDIA_TYPE
from loyalty_engine.api.paths import IdConverter
from loyalty_engine.api.schemas.containers import Many
from loyalty_engine.api.schemas.fields import Id, Read
from loyalty_engine.api.schemas.service import Problem

VERSION = "3.1.0"
ABOUT = """\
Loyalty as a service: a purchase in, exact points out, and the reason for every one.

Money is in integer minor units, points are integers in the smallest step of their unit, quantities
integers or decimal texts, instants RFC 3339 with offset. Unknown fields are refused. Errors are
RFC 9457 problems: `code` is stable, `effect` says whether anything was changed.
"""


class LoyaltyApi(Api):  # type: ignore[misc]
    """Errors are problems of their own media type, and a field describes itself."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Errors are answered by api.errors."""

    def _register_pagination_header(self) -> None:
        """Pages are told by `Link`, which each list describes itself."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            content = {MEDIA_TYPE: {"schema": Problem}}
            response: dict[str, Any] = {"description": status.phrase, "content": content}
            if status in (429, 503):
                schema = {"type": "integer", "minimum": 0}
                told = {"description": "Seconds to wait.", "schema": schema}
                response["headers"] = {"Retry-After": told}
            self.spec.components.response(status.name, response, lazy=True)
        response = {"description": "An error.", "content": {MEDIA_TYPE: {"schema": Problem}}}
        self.spec.components.response("DEFAULT_ERROR", response, lazy=True)

    def _init_spec(self, **options: Any) -> None:
        super()._init_spec(**options)
        self.ma_plugin.converter.add_attribute_function(_described)
        self.flask_plugin.register_converter(IdConverter, lambda _: dict(Id.json))
        self.spec.components.security_scheme(
            "key",
            {"type": "http", "scheme": "bearer", "description": "lk_<key id>_<secret>"},
        )


def document(api: LoyaltyApi) -> dict[str, Any]:
    """The document as a whole; objects say what their schemas' docstrings say."""
    told: dict[str, Any] = api.spec.to_dict()
    for name, schema in told["components"]["schemas"].items():
        kind: Any = get_class(name)
        schema["description"] = cleandoc(kind.__doc__)
    return told


def _described(_: Any, field: Field[Any], **__: Any) -> dict[str, Any]:
    """What a field says of itself, which is more than apispec can tell from its class."""
    if isinstance(field, Read):
        told = dict(field.json)
        if field.allow_none:
            told["type"] = [told["type"], "null"]
        return told
    if isinstance(field, Many):
        return {"minItems": field.least, "maxItems": field.most}
    return {}
