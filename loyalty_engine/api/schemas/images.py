"""How a picture of a code or a card is wanted."""

from typing import Any

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Name, Number, OneOf
from loyalty_engine.barcodes import LARGEST, USUAL, Form, Symbology

FORMS = {it.name.lower(): it for it in Form}
CONTENTS = ("code", "gs1", "link")


class ImageQuery(Shape):
    """Which kind of picture, in which form, how large, and what a scanner reads from it."""

    kind = OneOf(*(it.value for it in Symbology), metadata={"description": "qr unless told."})
    format = OneOf(*FORMS, metadata={"description": "svg unless told."})
    scale = Number(
        1,
        LARGEST,
        metadata={
            "description": f"Dots that the smallest square or bar is wide; {USUAL} unless told."
        },
    )
    content = OneOf(
        *CONTENTS,
        metadata={
            "description": "The code alone unless told; of a GS1 number also its element string "
            "(`gs1`) or its Digital Link (`link`)."
        },
    )

    def make(self, known: dict[str, Any]) -> dict[str, Any]:
        told = dict(known)
        told["kind"] = Symbology(known.get("kind", Symbology.QR.value))
        told["format"] = FORMS[known.get("format", "svg")]
        told["scale"] = known.get("scale", USUAL)
        told["content"] = known.get("content", "code")
        return told


class CardQuery(ImageQuery):
    """The same, and which of the member's numbers."""

    identifier = Name(
        metadata={"description": "The kind of number; the programme's first unless told."}
    )


class Picture(Shape):
    """A picture, SVG or PNG."""
