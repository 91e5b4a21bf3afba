"""Codes that come with a purchase: looked up, decided with, used up, given back."""

from collections.abc import Container
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime

from loyalty_engine.domain.purchase import Purchase
from loyalty_engine.ports import MemberRecord, View, Voucher, Work
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.vouchers import VoucherKind
from loyalty_engine.use_cases.calling import Caller, Engine
from loyalty_engine.use_cases.deciding.codec import local_time
from loyalty_engine.use_cases.members.guarding import waits_until
from loyalty_engine.use_cases.vouchers.attempts import Asker, asker, count_wrong, room_for_wrong

NOT_APPLICABLE = "voucher_not_applicable"
BARRED = "too_many_wrong"


@dataclass(frozen=True, slots=True)
class Code:
    """A code that came with a purchase: its place among them, its kind, and how it is kept.

    `text` is the sealed code; `stored` is None for one that many know.
    """

    place: int
    text: str
    digest: str
    kind: str
    stored: Voucher | None = None
    discount: int = 0

    @property
    def worth(self) -> int | None:
        """What it takes off, in minor units, where its voucher leaves that to each code."""
        return self.stored.worth if self.stored is not None else None


@dataclass(frozen=True, slots=True)
class Refused:
    """A code that is not used, and why; `detail` is a sentence where there is more to say."""

    place: int
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Presented:
    """All codes of a purchase: those to be used and those refused."""

    codes: tuple[Code, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many codes there are of each kind, in the order of kinds."""
        found: dict[str, int] = {}
        for code in sorted(self.codes, key=lambda it: it.kind):
            found[code.kind] = found.get(code.kind, 0) + 1
        return found

    @property
    def worths(self) -> dict[str, tuple[int, ...]]:
        """What the codes of each kind are worth, by their places, where each has a worth."""
        found: dict[str, tuple[int, ...]] = {}
        for code in self.codes:
            if code.worth is not None:
                found[code.kind] = (*found.get(code.kind, ()), code.worth)
        return found

    @property
    def has_wrong(self) -> bool:
        """Whether any was refused whatever is in the basket; slips of the keyboard do not count."""
        return any(it.reason in WRONG for it in self.refused)

    def told(self, detailed: bool) -> list[dict[str, object]]:
        """What a receipt says of refused codes; why only to those who may know it."""
        rows: list[dict[str, object]] = []
        for it in self.refused:
            row: dict[str, object] = {"place": it.place, "code": NOT_APPLICABLE}
            if detailed:
                row["reason"] = it.reason
                if it.detail:
                    row["detail"] = it.detail
            rows.append(row)
        return rows


NOTHING = Presented()
WRONG = frozenset(
    {"unknown", "withdrawn", "used", "ended", "reserved", "another_member", "not_yet", "over"}
)
"""Reasons that say something of a code and nothing of the basket: who meets them may be guessing."""


def look_up(
    view: View,
    engine: Engine,
    caller: Caller,
    rulebook: Rulebook,
    purchase: Purchase,
    member: MemberRecord | None,
    *,
    own: AbstractSet[str] = frozenset(),
    shopper: str | None = None,
    promised: Container[str] = (),
) -> tuple[Presented, Asker]:
    """The purchase's codes as far as they can be told before it is decided; locked in a unit of
    work. `own` are digests of codes that this purchase has used already, `promised` the kinds of
    those that its reservation has held for it.
    """
    who = asker(engine, rulebook.program, caller, member.number if member else None, shopper)
    named = rulebook.vouchers  # by rules, which see to them by themselves
    places = [it for it in enumerate(purchase.vouchers) if it[1].casefold() not in named]
    room = room_for_wrong(view, who, caller.now)
    if not room:
        return Presented(refused=tuple(Refused(place, BARRED) for place, _ in places)), who
    shared = rulebook.shared_codes
    digests = {
        text: engine.codes.digest(caller.program, text) if text in shared else text
        for _, text in places
        if text
    }
    found = view.vouchers(digest for text, digest in digests.items() if text not in shared)
    checking = _Checking(rulebook, purchase, member, caller.now, own, promised)
    codes: list[Code] = []
    refused: list[Refused] = []
    for place, text in places:
        stored = found.get(text)
        kind = shared.get(text) or (stored.kind if stored else "")
        reason = checking.reason(text, rulebook.voucher_kinds.get(kind), stored) if room else BARRED
        room -= reason in WRONG
        if reason:
            refused.append(Refused(place, reason))
        else:
            codes.append(Code(place, text, digests[text], kind, stored))
    return Presented(tuple(codes), tuple(refused)), who


class _Checking:
    """Why a code cannot be used in this purchase, as far as its basket does not matter."""

    def __init__(
        self,
        rulebook: Rulebook,
        purchase: Purchase,
        member: MemberRecord | None,
        now: datetime,
        own: AbstractSet[str],
        promised: Container[str],
    ) -> None:
        self._waits = member is not None and waits_until(rulebook.program, member, now) is not None
        self._day = local_time(rulebook.program, purchase.occurred_at).date()
        self._purchase = purchase
        self._member = member
        self._now = now
        self._own = own
        self._promised = promised
        self._seen: set[str] = set()
        self._of_kind: dict[str, int] = {}

    def reason(self, text: str, kind: VoucherKind | None, stored: Voucher | None) -> str:
        """Empty for a code that can be used."""
        if not text:
            return "malformed"
        if kind is None:
            return "unknown"
        if text in self._seen:
            return "twice"
        reason = _of_dates(kind, self._day) or (self._of_stored(kind, stored) if stored else "")
        if not reason and self._of_kind.get(kind.id, 0) >= kind.per_purchase:
            reason = "too_many"
        if not reason:
            self._seen.add(text)
            self._of_kind[kind.id] = self._of_kind.get(kind.id, 0) + 1
        return reason

    def _of_stored(self, kind: VoucherKind, it: Voucher) -> str:
        if it.uses >= it.most and it.code not in self._own:
            return "used"
        if it.withdrawn and it.code not in self._own:
            return "withdrawn"
        if it.ends_at is not None and self._purchase.occurred_at >= it.ends_at:
            return "ended"
        held = it.held_until is not None and it.held_until > self._now
        if held and it.held_by != self._purchase.reservation:
            return "reserved"
        number = self._member.number if self._member else None
        if kind.transferable or it.member is None:
            return ""  # whoever has the code may use it
        if it.member != number:
            return "another_member"
        mine = it.code in self._own or kind.id in self._promised
        return "waits" if self._waits and not mine else ""


def _of_dates(kind: VoucherKind, day: date) -> str:
    if kind.live_on(day):
        return ""
    return "not_yet" if kind.start is not None and day < kind.start else "over"


def count_refused(work: Work, who: Asker, presented: Presented, now: datetime) -> None:
    """Count the codes that were refused whatever is in the basket; slips of the keyboard not."""
    wrong = sum(it.reason in WRONG for it in presented.refused)
    count_wrong(work, who, now, wrong)
