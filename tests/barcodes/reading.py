"""What a scanner sees: a picture taken apart by itself, and read by another library than drew it."""

from __future__ import annotations

import re
import struct
import zlib

import zxingcpp

WHITE, BLACK = 255, 0


def read(picture: bytes) -> zxingcpp.Barcode:
    """The one barcode of a picture, SVG or PNG."""
    rows = _of_png(picture) if picture.startswith(b"\x89PNG") else _of_svg(picture.decode())
    flat = memoryview(b"".join(rows)).cast("B", (len(rows), len(rows[0])))
    (found,) = zxingcpp.read_barcodes(flat)
    return found


def text_of(picture: bytes) -> str:
    """What a scanner hands to the till."""
    return read(picture).bytes.decode()


def _of_png(data: bytes) -> list[bytes]:
    at, packed, width, height = 8, b"", 0, 0
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        kind, told = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        (crc,) = struct.unpack_from(">I", data, at + 8 + size)
        assert crc == zlib.crc32(kind + told)
        if kind == b"IHDR":
            width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", told)
            assert (depth, colour, rest) == (1, 0, [0, 0, 0])
        elif kind == b"IDAT":
            packed += told
        at += 12 + size
    assert kind == b"IEND"
    lines = zlib.decompress(packed)
    stride = 1 + (width + 7) // 8
    assert len(lines) == stride * height
    rows = []
    for top in range(0, len(lines), stride):
        assert lines[top] == 0
        bits = "".join(f"{byte:08b}" for byte in lines[top + 1 : top + stride])[:width]
        rows.append(bytes(WHITE if bit == "1" else BLACK for bit in bits))
    return rows


def _of_svg(text: str) -> list[bytes]:
    """Rectangles of whole units, drawn at two dots each with some paper around."""
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', text)
    assert box is not None
    width, height = int(box[1]), int(box[2])
    paper, ink = re.findall(r'<path (?:fill="#fff" )?d="([^"]+)"/>', text)
    assert paper == f"M0 0h{width}v{height}h-{width}z"
    dots = [bytearray([WHITE]) * width for _ in range(height)]
    rectangle = r"M(\d+) (\d+)h(\d+)v(\d+)h-\3z"
    assert re.sub(rectangle, "", ink) == ""
    for left, top, wide, tall in (map(int, it) for it in re.findall(rectangle, ink)):
        for row in dots[top : top + tall]:
            row[left : left + wide] = bytes(wide)
    return [bytes(v for dot in row for v in (dot, dot)) for row in dots for _ in range(2)]
