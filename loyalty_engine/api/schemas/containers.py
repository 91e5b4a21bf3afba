"""Objects, lists and maps: what holds the fields of api.schemas.fields."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load
from marshmallow.validate import Length

from loyalty_engine.api import values
from loyalty_engine.api.schemas.fields import Name, Read


class Shape(Schema):
    """An object of a body. `make` turns its fields into what the core knows, or refuses them.

    Unknown fields are refused. What is missing is missing: defaults belong to the core.
    """

    class Meta(Schema.Meta):
        """Said aloud, so that the document says it too."""

        unknown = RAISE

    def make(self, known: dict[str, Any]) -> Any:
        """The value; raises ValidationError where fields contradict each other."""
        return known

    @post_load
    def _make(self, known: dict[str, Any], **_: object) -> Any:
        return self.make(known)


class Map(Read):
    """An object whose names the caller chooses, all of its values alike.

    With `removable`, null stands for taking a name away.
    """

    def __init__(self, value: Read, most: int, *, removable: bool = False, **others: Any) -> None:
        super().__init__(**others)
        self.value, self.most, self.removable = value, most, removable
        self.wire = dict[str, value.wire | None if removable else value.wire]  # type: ignore[misc]
        each: Any = value.json
        if removable:
            each = {"anyOf": [each, {"type": "null"}]}
        self.json = {
            "type": "object", "additionalProperties": each, "maxProperties": most,
            "propertyNames": dict(Name.json),
        }  # fmt: skip

    def read(self, value: object) -> dict[str, Any]:
        if type(value) is not dict:
            raise ValueError("An object is needed.")
        if len(value) > self.most:
            raise ValueError(f"At most {self.most} entries.")
        known = {values.read_name(name): self._value(each) for name, each in value.items()}
        if len(known) < len(value):
            raise ValueError("Two names are the same after Unicode normalisation (NFC).")
        return known

    def _value(self, value: object) -> Any:
        return None if value is None and self.removable else self.value.read(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **others: Any) -> Any:
        try:
            return self.read(value)
        except ValueError as fault:
            raise ValidationError(self._by_name(value) or str(fault)) from None

    def _by_name(self, value: object) -> dict[str, list[str]]:
        """What is wrong with each entry, as far as the fault is in the entries."""
        wrong: dict[str, list[str]] = {}
        for name, each in value.items() if type(value) is dict else ():
            try:
                values.read_name(name)
                self._value(each)
            except ValueError as fault:
                wrong[str(name)] = [str(fault)]
        return wrong


class Many(fields.List[Any]):
    """A list with at least `least` and at most `most` entries; a tuple once it is read."""

    def __init__(self, each: fields.Field[Any], least: int, most: int, **others: Any) -> None:
        super().__init__(each, validate=Length(least, most), **others)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **others: Any) -> Any:
        if type(value) is not list:
            raise ValidationError("A list is needed.")
        # Before its entries are looked at: a wrong list of 100,000 entries is one fault.
        if len(value) > self.most:
            raise ValidationError(f"At most {self.most} entries.")
        return tuple(super()._deserialize(value, attr, data, **others))


class Each(fields.Nested):
    """An object inside another, described by a Shape."""

    def __init__(self, shape: Shape, **others: Any) -> None:
        super().__init__(shape, **others)
        self.shape = shape

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, partial: Any = None, **others: Any
    ) -> Any:
        if type(value) is not dict:
            raise ValidationError("An object is needed.")
        return super()._deserialize(value, attr, data, partial, **others)
