"""Items, categories and brands that the catalogue does not have."""

from collections.abc import Collection, Iterator
from typing import Any, Final, get_args

from loyalty_engine.rulebook.arguments import BrandName, CategoryPath, Sku
from loyalty_engine.rulebook.assortment import Assortment
from loyalty_engine.rulebook.faults import nearest, shown
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground, plain_words
from loyalty_engine.rulebook.shapes import arguments_of

NAME: Final = "unknown-products"


def check(ground: Ground) -> Iterator[Finding]:
    """Compare what rules name with the catalogue, where one is given."""
    if ground.assortment is None:
        return
    known = _known(ground.assortment)
    for rule in ground.rules:
        if ground.is_over(rule):
            continue
        for word in plain_words(rule):
            for argument in arguments_of(word):
                kind = _kind(argument.hint)
                if kind not in known:
                    continue
                what, names = known[kind]
                for value in _listed(getattr(word, argument.field)):
                    if value not in names:
                        text = f"the catalogue has no {what} {shown(value)}"
                        place = rule.place_of(word)
                        yield Finding(NAME, Level.WARNING, place, text, nearest(value, names))


def _known(assortment: Assortment) -> dict[Any, tuple[str, Collection[str]]]:
    """By type of argument, what it names and what there is; a kind without any is not looked at."""
    found: dict[Any, tuple[str, Collection[str]]] = {
        Sku: ("item", assortment.items),
        CategoryPath: ("category", assortment.categories),
        BrandName: ("brand", assortment.brands),
    }
    return {kind: told for kind, told in found.items() if told[1]}


def _kind(hint: Any) -> Any:
    while inner := [it for it in get_args(hint) if it not in {type(None), ...}]:
        hint = inner[0]
    return hint


def _listed(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (str(value),)
