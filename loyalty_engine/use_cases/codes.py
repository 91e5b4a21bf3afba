"""Codes and the secret behind them: nothing that is stored or logged can be turned into a code."""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from loyalty_engine.domain.codes import normal, spell, spell_serial, well_formed

DIGEST_BYTES = 16
_NO_CODE = ""

# HMAC as RFC 2104 has it: for SHA-256 blocks of 64 bytes, the key mixed with 0x36 and 0x5c.
_BLOCK = 64
_INNER = bytes(it ^ 0x36 for it in range(256))
_OUTER = bytes(it ^ 0x5C for it in range(256))

# Within JSON a quotation mark of somebody's own text is always escaped, so that nobody can write
# what stands here into a receipt.
_MARK = b'"code":{"seed":'
_MARKED = re.compile(rb'"code":\{"seed":(\d+),"characters":(\d+)(?:,"gcn":"(\d*)")?\}')


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes of all programmes, as far as they follow from `secret`; empty where none is set."""

    secret: bytes = b""

    @property
    def ready(self) -> bool:
        """Whether codes can be made and recognised: not without a secret."""
        return bool(self.secret)

    def digest(self, program: str, code: str) -> str:
        """What is kept of a code in its normal form: 32 hexadecimal digits that nobody can undo."""
        return hmac.digest(self.secret, _told("code", program, code), "sha256")[:DIGEST_BYTES].hex()

    def digests(self, program: str, codes: Iterable[str]) -> list[bytes]:
        """`digest` of very many codes, each as bytes; what they share is hashed once."""
        key = self.secret
        if len(key) > _BLOCK:
            key = hashlib.sha256(key).digest()
        key = key.ljust(_BLOCK, b"\0")
        inner = hashlib.sha256(key.translate(_INNER) + _told("code", program, ""))
        outer = hashlib.sha256(key.translate(_OUTER))
        start, end, found = inner.copy, outer.copy, []
        for code in codes:
            hashed = start()
            hashed.update(code.encode())
            twice = end()
            twice.update(hashed.digest())
            found.append(twice.digest()[:DIGEST_BYTES])
        return found

    def code_of(
        self, program: str, seed: int, characters: int, gcn: str = "", kind: str = "seed"
    ) -> str:
        """The code that follows from a random number of at least 60 bits and the secret.

        With a Global Coupon Number, that number and so many digits. Codes of another `kind` than
        vouchers' are others for the same number.
        """
        attempt = 0
        while True:
            told = _told(kind, program, f"{seed}/{characters}/{attempt}")
            number = int.from_bytes(hmac.digest(self.secret, told, "sha256"), "big")
            if gcn:
                return spell_serial(number, characters, gcn)
            if (code := spell(number, characters)) is not None:
                return code
            attempt += 1

    def sealed(self, program: str, text: str, shared: Collection[str]) -> str:
        """A code as purchases keep it: openly where it is one of `shared`, else its digest.

        Empty for what cannot be a code, by its letters or its check character.
        """
        code = normal(text)
        if code in shared:
            return code
        return self.digest(program, code) if well_formed(code) else _NO_CODE

    def revealed(self, program: str, body: bytes) -> bytes:
        """A stored answer with the codes that it gives in place of what they follow from."""
        if _MARK not in body:
            return body

        def code(found: re.Match[bytes]) -> bytes:
            gcn = (found[3] or b"").decode()
            told = self.code_of(program, int(found[1]), int(found[2]), gcn)
            return b'"code":"%s"' % told.encode()

        return _MARKED.sub(code, body)

    def key_of(self, kind: str, program: str, text: str) -> str:
        """A keyed hash of something that is not to be stored, such as a shopper's address."""
        return hmac.digest(self.secret, _told(kind, program, text), "sha256")[:DIGEST_BYTES].hex()


def without_codes(body: bytes) -> bytes:
    """A stored answer without the codes that it gave, for those who may not have them."""
    return _MARKED.sub(b'"code":null', body) if _MARK in body else body


def marked(seed: int, characters: int, gcn: str = "") -> dict[str, int | str]:
    """What stands in a stored receipt for a code, under the key `code`."""
    told: dict[str, int | str] = {"seed": seed, "characters": characters}
    return told | {"gcn": gcn} if gcn else told


def _told(kind: str, program: str, text: str) -> bytes:
    return f"{kind}\0{program}\0{text}".encode()
