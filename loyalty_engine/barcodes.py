"""Codes and card numbers as pictures that scanners read: QR and barcodes, as SVG or PNG.

What draws them is imported when the first picture is asked for: a process that is never asked has
none of it in memory.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Final

LARGEST: Final = 10
"""So many dots the smallest square or bar may be wide."""

USUAL: Final = 4

Rows = Sequence[bytes]
"""A picture from above: a byte for each dot of a row, 1 where it is dark."""


class Symbology(Enum):
    """How a text is drawn."""

    QR = "qr"
    CODE_128 = "code128"
    EAN_13 = "ean13"
    DATA_MATRIX = "data_matrix"
    AZTEC = "aztec"
    PDF_417 = "pdf417"


class Form(Enum):
    """In which form a picture is wanted, by its media type."""

    SVG = "image/svg+xml"
    PNG = "image/png"


class Undrawable(ValueError):
    """This kind of picture cannot carry that text; the message does not repeat the text."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, ready to send."""

    body: bytes
    form: Form


def draw(
    text: str, symbology: Symbology, form: Form, scale: int = USUAL, *, gs1: bool = False
) -> Picture:
    """A text as a picture with the empty margin that scanners need.

    `scale` is how many dots the smallest square or bar is wide. With `gs1` the text is an element
    string such as (255)9501101020917, and the picture says that it is one. Raises `Undrawable`.
    """
    by_itself = symbology is Symbology.QR and not gs1
    rows = _qr(text) if by_itself else _barcode(text, symbology, gs1)
    body = _svg(rows, scale) if form is Form.SVG else _png(rows, scale)
    return Picture(body, form)


def _qr(text: str) -> Rows:
    import segno

    try:
        code = segno.make_qr(text, error="m")
    except ValueError as fault:
        raise Undrawable("a QR code cannot carry so long a text") from fault
    return [bytes(row) for row in code.matrix_iter(scale=1)]


def _barcode(text: str, symbology: Symbology, gs1: bool) -> Rows:
    import zxingcpp

    kinds = zxingcpp.BarcodeFormat
    kind = {
        Symbology.QR: kinds.QRCode,
        Symbology.CODE_128: kinds.Code128,
        Symbology.EAN_13: kinds.EAN13,
        Symbology.DATA_MATRIX: kinds.DataMatrix,
        Symbology.AZTEC: kinds.Aztec,
        Symbology.PDF_417: kinds.PDF417,
    }[symbology]
    if symbology is Symbology.EAN_13 and (gs1 or len(text) != 13 or not text.isdecimal()):
        raise Undrawable("ean13 carries thirteen digits, the last of which is their check digit")
    if symbology is Symbology.CODE_128 and not text.isascii():
        raise Undrawable("code128 carries letters without accents, digits and signs")
    if symbology is Symbology.PDF_417 and gs1:
        raise Undrawable("pdf417 has no way to say that it carries a GS1 element string")
    ways: dict[str, bool] = {}
    if gs1:
        ways["gs1"] = True
    if symbology is Symbology.DATA_MATRIX:
        ways["force_square"] = True  # not every scanner reads the oblong ones
    try:
        image = zxingcpp.create_barcode(text, kind, **ways).to_image(scale=1)
    except ValueError as fault:
        raise Undrawable(f"{symbology.value} cannot carry this text") from fault
    dots = memoryview(image)  # type: ignore[arg-type]
    height, width = dots.shape or (0, 0)
    flat = bytes(dots).translate(_DARK)
    return [flat[at : at + width] for at in range(0, height * width, width)]


_DARK: Final = bytes(1 if it < 128 else 0 for it in range(256))


def _bands(rows: Rows) -> Iterator[tuple[bytes, int, int]]:
    """Rows that are alike, one below the other, as one: its dots, its top and its height."""
    top = 0
    for row, alike in groupby(rows):
        height = sum(1 for _ in alike)
        yield row, top, height
        top += height


def _svg(rows: Rows, scale: int) -> bytes:
    width, height = len(rows[0]), len(rows)
    path = []
    for row, top, tall in _bands(rows):
        left = 0
        for dark, run in groupby(row):
            wide = sum(1 for _ in run)
            if dark:
                path.append(f"M{left} {top}h{wide}v{tall}h-{wide}z")
            left += wide
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * scale}" height="{height * scale}" '
        f'viewBox="0 0 {width} {height}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v{height}h-{width}z"/>'
        f'<path d="{"".join(path)}"/></svg>\n'
    ).encode()


def _png(rows: Rows, scale: int) -> bytes:
    """One bit a dot: 1 is white."""
    width, height = len(rows[0]) * scale, len(rows) * scale
    spare = -width % 8
    lines = []
    for row, _, tall in _bands(rows):
        bits = "".join(("0" if dark else "1") * scale for dark in row) + "0" * spare
        line = b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
        lines.append(line * (tall * scale))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    told = kind + data
    return struct.pack(">I", len(data)) + told + struct.pack(">I", zlib.crc32(told))
