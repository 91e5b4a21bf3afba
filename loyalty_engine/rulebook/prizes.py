"""What the words of a prize bring about: points, vouchers, messages, and nothing that needs a basket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.outcomes import EarnPoints, GiveVoucher, Message, Outcome
from loyalty_engine.domain.program import Program
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.rulebook.challenges import Prize
from loyalty_engine.rulebook.words import Effect

_SAMPLE = Line("1", "sample", 1000, 1000)
_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Brings:
    """What a prize's words give: points by unit, kinds of voucher, texts by language."""

    points: Mapping[str, int] = field(default_factory=dict)
    vouchers: tuple[str, ...] = ()
    messages: tuple[Mapping[str, str], ...] = ()


def brings(prize: Prize, at: datetime, program: Program) -> Brings:
    """What it gives at an instant. A word that raises, or answers something else, gives nothing."""
    points: dict[str, int] = {}
    vouchers: list[str] = []
    messages: list[Mapping[str, str]] = []
    for effect in prize.then:
        for outcome in _outcomes(effect, at, program):
            match outcome:
                case EarnPoints(unit=unit, fixed=fixed) if unit in program.units:
                    points[unit] = points.get(unit, 0) + int(fixed)
                case GiveVoucher(kind=kind):
                    vouchers.append(kind)
                case Message(texts=texts):
                    messages.append(texts)
    return Brings(
        {unit: n for unit, n in points.items() if n > 0}, tuple(vouchers), tuple(messages)
    )


def useless(effect: Effect, program: Program) -> str | None:
    """What is wrong with a word that a goal is to give; None where it can be given."""
    outcomes = _outcomes(effect, _DAY, program)
    for it in outcomes:
        fine = isinstance(it, GiveVoucher | Message)
        if isinstance(it, EarnPoints):
            fine = not it.by_line and it.carry_step is None
        if not fine:
            return (
                f"'{effect.word}' works on a basket, and a goal has none; "
                "it can give points, vouchers and messages"
            )
    if not outcomes:
        return f"'{effect.word}' gives nothing without a basket"
    return None


def _outcomes(effect: Effect, at: datetime, program: Program) -> Sequence[Outcome]:
    purchase = Purchase("sample", at, program.currency, (_SAMPLE,))
    facts = Facts(purchase, at.astimezone(program.zone), nets=(_SAMPLE.net,))
    try:
        return tuple(effect.outcomes(facts, (0,)))
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - a plugin's word may raise anything
        return ()
