"""What the code of a refusal means, and the words that several of them share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """What a code means: a title that never changes, and what to do about it."""

    title: str
    advice: str


DECLARED = "Use one of those that the programme declares, or declare it in program.yaml."
OTHER_ID = "Read what is there; for something else use an id of its own."
