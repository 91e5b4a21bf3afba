"""Codes that would be given without being worth anything, and rules that ask for what no code has."""

from collections.abc import Iterator
from typing import Final

from loyalty_engine.rulebook.arguments import VoucherName
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.word_fields import types_of
from loyalty_engine.rulebook.words import Effect

NAME: Final = "worthless-codes"


def check(ground: Ground) -> Iterator[Finding]:
    """Find words about a code's own worth outside vouchers, and gifts of codes without a worth."""
    kinds = ground.rulebook.voucher_kinds
    open_ = {name for name, it in kinds.items() if it.of_worth and it.worth is None}
    for rule in ground.rules:
        for effect in rule.then:
            if effect.of_own_code and rule.id not in kinds:
                text = f"{effect.word} gives nothing here: only a voucher's own codes have a worth"
                yield Finding(NAME, Level.ERROR, rule.place_of(effect), text)
            for name in sorted(_given(effect) & open_):
                yield Finding(NAME, Level.ERROR, rule.place_of(effect), _without(name))
    for reward in ground.rulebook.rewards.values():
        if reward.voucher in open_:
            yield Finding(NAME, Level.ERROR, reward.place, _without(reward.voucher))


def _given(effect: Effect) -> set[str]:
    hints = types_of(type(effect))
    return {getattr(effect, name) for name, hint in hints.items() if hint is VoucherName}


def _without(name: str) -> str:
    return f"a code of '{name}' cannot be given: the voucher does not say what it is worth"
