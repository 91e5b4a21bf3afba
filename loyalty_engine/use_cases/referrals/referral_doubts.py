"""What looks like abuse in a referral: looked for when it is claimed, and again before rewards."""

from dataclasses import dataclass

from loyalty_engine.domain.program import Program
from loyalty_engine.domain.signals import Response, SignalField
from loyalty_engine.ports import MemberRecord, View
from loyalty_engine.rulebook.referral import ReferralScheme
from loyalty_engine.use_cases.members.attributes import JOINED_BEFORE

LONGEST_CHAIN = 50
"""So far up it is looked who came by whom."""

RING = "ring"
KNOWN_BEFORE = "known_before"
SAME, CHAIN, SIBLINGS, TOO_MANY = "same", "chain", "siblings", "too_many"

SAYS = {
    RING: (
        "each has come by the other, directly or through others",
        "chacun a été parrainé par l'autre, directement ou par d'autres",
    ),
    KNOWN_BEFORE: ("has been a member before", "a déjà été membre"),
    SAME: ("seen with the same {0} as the referrer", "même {0} que le parrain"),
    CHAIN: (
        "seen with the same {0} as somebody by whom the referrer came",
        "même {0} qu'un parrain du parrain",
    ),
    SIBLINGS: (
        "seen with the same {0} as another friend of the referrer",
        "même {0} qu'un autre filleul du parrain",
    ),
    TOO_MANY: ("too many members with the same {0}", "trop de membres avec le même {0}"),
    "friend_left": ("the friend has left", "le filleul est parti"),
    "same_member": ("both turned out to be one member", "les deux ne sont qu'un seul membre"),
    "referred_twice": ("came by somebody else already", "déjà parrainé par quelqu'un d'autre"),
    "by_hand": ("refused by hand", "refusé à la main"),
}
"""What each reason means, in English and French; `{0}` is the signal."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a referral is refused or held; `reason` is a word, with the signal after a colon."""

    response: Response
    reason: str


def said(reason: str, language: str) -> str:
    """A reason as a sentence, in English unless the language is French; empty for none."""
    word, _, signal = reason.partition(":")
    if word not in SAYS:
        return ""
    return SAYS[word][language.partition("-")[0] == "fr"].format(signal)


def doubt_about(
    view: View, program: Program, scheme: ReferralScheme, friend: MemberRecord, referrer: int
) -> Doubt | None:
    """The gravest doubt about a referral: what refuses it before what holds it."""
    doubts = [it for it in _doubts(view, program, scheme, friend, referrer) if _matters(it)]
    refusing = [it for it in doubts if it.response is Response.REFUSED]
    return next(iter([*refusing, *doubts]), None)


def _matters(it: Doubt) -> bool:
    return it.response is not Response.IGNORED


def _doubts(
    view: View, program: Program, scheme: ReferralScheme, friend: MemberRecord, referrer: int
) -> list[Doubt]:
    chain = came_by(view, referrer)
    found = [Doubt(scheme.ring, RING)] if friend.number in chain else []
    brought = {it.member for it in view.referrals_by(referrer)}
    for signal in view.signals(friend.number):
        field = program.signals.get(signal.kind)
        if field is None:
            continue
        others = {it.member for it in view.seen_with(signal.kind, signal.value)} - {friend.number}
        word = _word(field, others, referrer, chain, brought)
        if word:
            usual = Response.REFUSED if field.one_person else Response.HELD
            response = scheme.same.get(signal.kind, usual)
            found.append(Doubt(response, f"{word}:{signal.kind}"))
    if friend.attributes.get(JOINED_BEFORE) is True:
        found.append(Doubt(Response.REFUSED, KNOWN_BEFORE))
    return found


def _word(
    field: SignalField, others: set[int], referrer: int, chain: list[int], brought: set[int]
) -> str:
    if referrer in others:
        return SAME
    if others & set(chain):
        return CHAIN
    if others & brought:
        return SIBLINGS
    if others and field.one_person:
        return KNOWN_BEFORE
    return TOO_MANY if len(others) + 1 > field.most and others else ""


def came_by(view: View, member: int) -> list[int]:
    """By whom a member came, by whom that one, and so on."""
    chain: list[int] = []
    while len(chain) < LONGEST_CHAIN:
        found = view.referral(member)
        if found is None or found.referrer in chain:
            break
        member = found.referrer
        chain.append(member)
    return chain
