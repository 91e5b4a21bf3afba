"""Texts of rules to be checked, and what was found in them."""

from marshmallow.fields import Boolean, List, Nested, String

from loyalty_engine.api.schemas.containers import Map, Shape
from loyalty_engine.api.schemas.fields import Flag, Read, Whole, like

MOST_FILES = 10_000
LONGEST_TEXT = 8 * 1024 * 1024


class FileText(Read):
    """The text of a file, as it is."""

    json = like(maxLength=LONGEST_TEXT)

    def read(self, value: object) -> str:
        if type(value) is not str or len(value) > LONGEST_TEXT:
            raise ValueError("The text of a file is needed.")
        return value


class RulesBody(Shape):
    """Files to look at as if they were in force, beside those that are."""

    files = Map(
        FileText(), MOST_FILES, removable=True, required=True,
        metadata={
            "description": "Texts by their path in the programme's folder; null takes one away."
        },
    )  # fmt: skip
    whole = Flag(
        metadata={"description": "These are all files there are; nothing in force is added."}
    )


class RuleFinding(Shape):
    """One thing that is wrong, or probably a mistake, or good to know, and where."""

    level = String(required=True, metadata={"enum": ["error", "warning", "note"]})
    check = String(required=True, metadata={"description": "Which check; files: its form."})
    file = String(required=True)
    line = Whole(1, required=True)
    column = Whole(1, required=True)
    text = String(required=True)
    suggestion = String(required=True, allow_none=True)


class RulesChecked(Shape):
    """All that `loyalty rules check` finds. `clean` says that there is no error."""

    clean = Boolean(required=True)
    rulebook = String(
        required=True, allow_none=True, metadata={"description": "The hash they would have."}
    )
    rules = Whole(0, required=True, allow_none=True)
    scenarios = Whole(0, required=True)
    findings = List(Nested(RuleFinding), required=True)
    more = Whole(0, required=True, metadata={"description": "Findings that are not told here."})
