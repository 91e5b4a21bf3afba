"""The fields of a word's dataclass as the arguments it takes in a rule file."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, TypeVar, get_type_hints

from loyalty_engine.rulebook.faults import shown
from loyalty_engine.rulebook.parsing.argument_parsers import Parser, parser_for
from loyalty_engine.rulebook.parsing.plain_values import Misread
from loyalty_engine.rulebook.parsing.reading import MISREAD, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import BrokenNode, MapNode, Node, ScalarNode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Argument:
    """One field; `key` is how rule files call it: without the `_` that Python's own words need.

    `hint` is the field's declared type.
    """

    key: str
    field: str
    parser: Parser
    required: bool
    default: Any
    hint: Any


@dataclass(frozen=True, slots=True)
class Shape:
    """The arguments by key; `direct` takes the value when no key is written."""

    arguments: Mapping[str, Argument]
    direct: Argument | None


@cache
def shape_of(kind: type[Any]) -> Shape:
    """The shape of a dataclass. Raises TypeError for a field that no rule file can hold."""
    hints = get_type_hints(kind)
    arguments = {}
    for each in fields(kind):
        if each.init:
            required = each.default is MISSING and each.default_factory is MISSING
            try:
                parser = parser_for(hints[each.name])
            except TypeError as error:
                raise TypeError(f"{kind.__qualname__}.{each.name}: {error}") from None
            key = each.name.removesuffix("_")
            hint = hints[each.name]
            arguments[key] = Argument(key, each.name, parser, required, each.default, hint)
    needed = [it for it in arguments.values() if it.required] or list(arguments.values())
    return Shape(arguments, needed[0] if len(needed) == 1 else None)


def arguments_of(word: Any) -> Iterable[Argument]:
    """The arguments of a word as it stands in a file; none of one that keys such as `repeat` make."""
    kind: Any = type(word)
    try:
        return shape_of(kind).arguments.values()
    except TypeError:
        return ()


def read_dataclass(
    kind: type[T], name: str, key: ScalarNode, value: Node | None, reader: Reader
) -> T | Missing:
    """An instance of `kind` from what stands under `key`; every fault is told, then MISREAD.

    `name` is how faults call it; `value` is None where only the word itself was written.
    """
    any_kind: Any = kind  # a type of T is hashable, though its checker cannot tell
    shape = shape_of(any_kind)
    values: dict[str, Any] = {}
    if isinstance(value, BrokenNode):
        return MISREAD
    if value is None or (isinstance(value, ScalarNode) and value.is_empty):
        pass
    elif not shape.arguments:
        reader.fault(value, f"{name} takes no value")
        return MISREAD
    elif isinstance(value, MapNode) and not _is_direct(shape, value):
        _read_by_key(shape, name, value, reader, values)
    elif shape.direct is not None:
        values[shape.direct.field] = reader.under(name, value, shape.direct.parser.read)
    else:
        example = getattr(kind, "example", "")
        shown_so = f", as in {name}: {example}" if example else ""
        listed = ", ".join(shape.arguments)
        reader.fault(value, f"{name} takes a mapping with {listed}{shown_so}")
        return MISREAD
    _check_absent(shape, name, key, reader, values)
    if any(each is MISREAD for each in values.values()):
        return MISREAD
    try:
        return kind(**values)
    except ValueError as error:
        reader.fault(value or key, f"{name}: {error}")
    except Exception as error:  # noqa: BLE001 - a plugin's word may raise anything
        reader.fault(value or key, f"{name} broke on this: {type(error).__name__}: {error}")
    return MISREAD


def _is_direct(shape: Shape, value: MapNode) -> bool:
    """Whether a mapping is itself the value: a text by language, not arguments by key."""
    if shape.direct is None or not shape.direct.parser.of_mapping:
        return False
    return not any(key.text in shape.arguments for key, _ in value.entries)


def _read_by_key(
    shape: Shape, name: str, value: MapNode, reader: Reader, values: dict[str, Any]
) -> None:
    entries = {key.text: (key, node) for key, node in value.entries}
    for key in reader.refuse_unknown(entries, shape.arguments, name):
        # What was misspelt is not missing as well.
        values[shape.arguments[key].field if key else ""] = MISREAD
    for text, (_, node) in entries.items():
        if (argument := shape.arguments.get(text)) is not None:
            values[argument.field] = reader.under(f"{name}.{text}", node, argument.parser.read)


def _check_absent(
    shape: Shape, name: str, key: ScalarNode, reader: Reader, values: dict[str, Any]
) -> None:
    """Complain about arguments that are missing, or whose default this programme does not know."""
    missing = [it for it in shape.arguments.values() if it.required and it.field not in values]
    if missing:
        if missing == [shape.direct] and not values:
            reader.fault(key, f"{name} needs a value")
        else:
            reader.fault(key, f"{name} needs {' and '.join(shown(it.key) for it in missing)}")
        values[missing[0].field] = MISREAD
    for it in shape.arguments.values():
        if it.parser.check_name is None or it.field in values or not isinstance(it.default, str):
            continue
        try:
            it.parser.check_name(it.default, reader.names)
        except Misread as misread:
            reader.fault(key, f"{name} needs {shown(it.key)}: {misread.text}", misread.suggestion)
            values[it.field] = MISREAD
