"""Each kind of picture is read back, from SVG as from PNG; and none is drawn that no scanner reads."""

from __future__ import annotations

import subprocess
import sys

import pytest
import zxingcpp

from loyalty_engine.barcodes import LARGEST, Form, Symbology, Undrawable, draw
from tests.barcodes.reading import read, text_of

CODE = "7QM2XKD4FHTRB"
EAN = "9501101020917"
FORMATS = {
    Symbology.QR: zxingcpp.BarcodeFormat.QRCode,
    Symbology.CODE_128: zxingcpp.BarcodeFormat.Code128,
    Symbology.EAN_13: zxingcpp.BarcodeFormat.EAN13,
    Symbology.DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
    Symbology.AZTEC: zxingcpp.BarcodeFormat.Aztec,
    Symbology.PDF_417: zxingcpp.BarcodeFormat.PDF417,
}


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("symbology", Symbology)
def test_what_is_drawn_is_read(symbology: Symbology, form: Form):
    text = EAN if symbology is Symbology.EAN_13 else CODE
    for scale in (2, 4, LARGEST):
        found = read(draw(text, symbology, form, scale).body)
        assert (found.text, found.format) == (text, FORMATS[symbology])


@pytest.mark.parametrize(
    "symbology", [it for it in Symbology if it not in (Symbology.EAN_13, Symbology.PDF_417)]
)
def test_an_element_string_says_that_it_is_one(symbology: Symbology):
    found = read(draw(f"(255){EAN}4711", symbology, Form.PNG, gs1=True).body)
    assert found.bytes == f"255{EAN}4711".encode()
    assert found.content_type is zxingcpp.ContentType.GS1


def test_what_cannot_say_so_is_not_drawn():
    for symbology in (Symbology.EAN_13, Symbology.PDF_417):
        with pytest.raises(Undrawable):
            draw(f"(255){EAN}", symbology, Form.PNG, gs1=True)


def test_a_link_and_a_text_in_any_script_are_carried_by_qr():
    for text in (f"https://id.gs1.org/255/{EAN}", "carte n° 4711 é", "会員番号", "x" * 1000):
        assert read(draw(text, Symbology.QR, Form.PNG).body).text == text


@pytest.mark.parametrize(
    ("text", "symbology"),
    [
        ("950110102091", Symbology.EAN_13),  # a digit short: it would be read as another text
        ("9501101020918", Symbology.EAN_13),  # the last is not the check digit
        ("95011010209\u06617", Symbology.EAN_13),
        (CODE, Symbology.EAN_13),
        ("é", Symbology.CODE_128),
        ("A" * 300, Symbology.CODE_128),
        ("A" * 4000, Symbology.DATA_MATRIX),
        ("A" * 9000, Symbology.QR),
        ("", Symbology.AZTEC),
    ],
)
def test_what_cannot_be_read_as_it_is_is_not_drawn(text: str, symbology: Symbology):
    with pytest.raises(Undrawable) as refused:
        draw(text, symbology, Form.SVG)
    assert not text or text not in str(refused.value)


def test_a_process_that_draws_nothing_has_nothing_that_draws_in_memory():
    look = (
        "import sys, loyalty_engine.api.app as app, loyalty_engine.barcodes\n"
        "list(app.all_calls())\n"
        "print(sorted({'segno', 'zxingcpp', 'numpy', 'PIL'} & sys.modules.keys()))\n"
        "from loyalty_engine.barcodes import *\n"
        "draw('A1B2', Symbology.QR, Form.PNG); draw('A1B2', Symbology.AZTEC, Form.PNG)\n"
        "print(sorted({'segno', 'zxingcpp', 'numpy', 'PIL'} & sys.modules.keys()))\n"
    )
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["[]", "['segno', 'zxingcpp']"]


def test_text_of_a_scanner_is_the_code():
    assert text_of(draw(CODE, Symbology.CODE_128, Form.SVG).body) == CODE
