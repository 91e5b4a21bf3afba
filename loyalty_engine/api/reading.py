"""Bodies, queries and the Idempotency-Key: from bytes of a stranger's to values, or a refusal."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from loyalty_engine.api.errors import Fault, Refused
from loyalty_engine.api.fast import NotTaken, Quick
from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.values import KEY_LENGTH
from loyalty_engine.config import Settings

MOST_DIGITS = 40

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_BARE_KEY = re.compile(r"[!#-+\--\[\]-~]+")  # visible ASCII without quote, comma and backslash
_QUOTED_KEY = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')


class Malformed(ValueError):
    """Text that is not JSON as it is read here."""

    code = "malformed_json"


class DuplicateKey(Malformed):
    """An object with a key twice."""

    code = "duplicate_key"


def read_json(body: bytes) -> Any:
    """The value of a JSON text, more strictly than the standard library reads it.

    Raises Malformed for anything but UTF-8, for a byte order mark, a key twice, NaN and the
    infinities, numbers of very many digits, lone surrogates, and nesting without end.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant
        )
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except Malformed:
        raise
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8.") from None
    except UnicodeEncodeError:
        raise Malformed("An escape names half a character (a lone surrogate).") from None
    except RecursionError:
        raise Malformed("The body is nested too deeply.") from None
    except json.JSONDecodeError as fault:
        raise Malformed(f"{fault.msg}, at line {fault.lineno} column {fault.colno}.") from None
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise DuplicateKey(f"The key {_shown(twice)} stands twice in one object.")
    return known


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise Malformed(f"A number has more than {MOST_DIGITS} digits.")
    return int(digits)


def _constant(word: str) -> Any:
    raise Malformed(f"{word} is not JSON.")


def _shown(name: str) -> str:
    """A name of the caller's, fit to be quoted back."""
    return ascii(name if len(name) <= 60 else name[:60] + "...")


class Body:
    """How the body of one call is read. `quick` bodies are tried by msgspec first."""

    def __init__(
        self,
        shape: Shape,
        *,
        example: Mapping[str, Any],
        quick: bool = False,
        optional: bool = False,
        batch: bool = False,
    ) -> None:
        self.shape = shape
        self.example = example
        self.optional = optional
        self.batch = batch
        self._quick = Quick(shape) if quick else None

    def read(self, request: Request, settings: Settings) -> Any:
        """The value of a request's body, which the settings may keep short. Raises Refused."""
        request.max_content_length = settings.max_batch if self.batch else settings.max_body
        if not request.content_length and "Transfer-Encoding" not in request.headers:
            return self.load(b"")
        if request.mimetype != "application/json":
            detail = f"{_shown(request.mimetype)} is not read here; send application/json."
            raise Refused(415, "unsupported_media_type", detail)
        if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise Refused(415, "unsupported_media_type", "Only UTF-8 is read here.")
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise Refused(415, "unsupported_media_type", "Compressed bodies are not read here.")
        return self.load(_body_of(request))

    def load(self, body: bytes) -> Any:
        """The value of a body. Raises Refused with everything that is wrong in it."""
        if not body:
            if not self.optional:
                raise Refused(400, "body_missing", "The body is empty.")
            body = b"{}"
        if self._quick is not None:
            try:
                return self._quick(body)
            except NotTaken:
                pass  # whatever it was, the thorough way decides and says why
        return self.load_thoroughly(body)

    def load_thoroughly(self, body: bytes) -> Any:
        """As load(), by the schema alone."""
        try:
            value = read_json(body)
        except Malformed as fault:
            raise Refused(400, fault.code, str(fault)) from None
        if type(value) is not dict:
            fault_here = Fault("The body must be an object.", "")
            raise Refused(422, "invalid_body", "The body must be an object.", [fault_here])
        try:
            return self.shape.load(value)
        except ValidationError as wrong:
            faults = [Fault(text, pointer) for pointer, text in pointers(wrong.messages_dict)]
            raise Refused(422, "invalid_body", _summary(faults), faults) from None


def _body_of(request: Request) -> bytes:
    """The body, whole. A server that ends bodies itself hands over what has come of them."""
    try:
        body = request.get_data(cache=False)
        # So much is read of a body in chunks; whether more was sent nobody has looked.
        at_most = request.content_length is None and len(body) == request.max_content_length
        more = request.environ["wsgi.input"].read(1) if at_most else b""
    except HTTPException:
        raise
    except Exception as fault:
        detail = f"The body could not be read to its end ({type(fault).__name__})."
        raise Refused(400, "malformed_request", detail) from fault
    if more:
        raise RequestEntityTooLarge
    if request.content_length is not None and len(body) < request.content_length:
        detail = f"The body ended after {len(body)} of {request.content_length} bytes."
        raise Refused(400, "malformed_request", detail)
    return body


def pointers(messages: Mapping[Any, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Nested messages of marshmallow's as JSON pointers, each with one sentence."""
    for name, inside in messages.items():
        step = str(name)[:100].replace("~", "~0").replace("/", "~1")
        here = above if name == "_schema" else f"{above}/{step}"
        if isinstance(inside, Mapping):
            yield from pointers(inside, here)
        else:
            for text in inside if isinstance(inside, list) else [inside]:
                yield here, str(text)


def _summary(faults: list[Fault]) -> str:
    first = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    place = f" at {_shown(first.pointer)}" if first.pointer else ""
    return f"{first.detail}{place}{more}"


def read_query(shape: Shape | None, query: bytes) -> Any:
    """The parameters of a query, each at most once. Raises Refused; unknown ones are refused."""
    if not query:
        pairs: list[tuple[str, str]] = []
    else:
        try:
            pairs = parse_qsl(
                query.decode("ascii"), keep_blank_values=True, strict_parsing=True,
                encoding="utf-8", errors="strict", max_num_fields=20,
            )  # fmt: skip
        except ValueError:
            raise Refused(400, "malformed_request", "The query cannot be read.") from None
    told = dict(pairs)
    if len(told) < len(pairs):
        raise Refused(400, "malformed_request", "A parameter stands twice in the query.")
    if shape is None:
        faults = [Fault("This call takes no such parameter.", parameter=name) for name in told]
    else:
        try:
            return shape.load(told)
        except ValidationError as wrong:
            messages = wrong.messages_dict
            faults = [Fault(text, parameter=at[1:]) for at, text in pointers(messages)]
    if faults:
        raise Refused(422, "invalid_query", faults[0].detail, faults)
    return {}


def read_idempotency_key(header: str | None) -> str | None:
    """The key, which may stand bare or in quotation marks. Raises Refused."""
    if header is None:
        return None
    quoted = _QUOTED_KEY.fullmatch(header)
    if quoted is not None:
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    else:
        key = header if _BARE_KEY.fullmatch(header) else ""
    if not 0 < len(key) <= KEY_LENGTH:
        detail = f"The key is not 1 to {KEY_LENGTH} visible ASCII characters, bare or quoted."
        raise Refused(400, "idempotency_key_invalid", detail)
    return key
