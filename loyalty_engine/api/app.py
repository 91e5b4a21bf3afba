"""The application: every call found in api.routes, with the front before it."""

import importlib
import pkgutil
from collections.abc import Iterator

from flask import Flask

from loyalty_engine import __version__
from loyalty_engine.api import routes
from loyalty_engine.api.calls import Calls
from loyalty_engine.api.errors import answer_problems
from loyalty_engine.api.front import Front
from loyalty_engine.api.openapi import ABOUT, VERSION, LoyaltyApi
from loyalty_engine.api.pages import serve_pages
from loyalty_engine.api.paths import IdConverter, KeyConverter
from loyalty_engine.api.service import Service
from loyalty_engine.bootstrap import Parts


def create_app(parts: Parts) -> Flask:
    """The Flask application of one process; may be made before or after a fork."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        API_TITLE="Loyalty engine",
        API_VERSION=__version__,
        OPENAPI_VERSION=VERSION,
        API_SPEC_OPTIONS={"info": {"description": ABOUT}},
        MAX_CONTENT_LENGTH=parts.settings.max_body,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.url_map.converters.update(id=IdConverter, key=KeyConverter)
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False  # `//` would be redirected, and an empty id is none
    app.url_map.redirect_defaults = False
    here = Service(parts)
    app.extensions["loyalty"] = here
    answer_problems(app)
    api = LoyaltyApi(app)
    for calls in all_calls():
        api.register_blueprint(calls)
    serve_pages(app, api)
    app.wsgi_app = Front(app.wsgi_app, here)  # type: ignore[method-assign]
    return app


def all_calls() -> Iterator[Calls]:
    """What the modules of api.routes declare, by the modules' names."""
    found = sorted(module.name for module in pkgutil.iter_modules(routes.__path__))
    for name in found:
        yield importlib.import_module(f"{routes.__name__}.{name}").calls
