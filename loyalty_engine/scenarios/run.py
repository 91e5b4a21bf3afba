"""Runs scenarios over the real engine and tells what came out otherwise than expected."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from loyalty_engine.domain.errors import LoyaltyError
from loyalty_engine.domain.ledger import Cause
from loyalty_engine.domain.tiers import Grant
from loyalty_engine.ports import Address, CardEntry
from loyalty_engine.rulebook.faults import Place
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.scenarios.acts.card import make_card
from loyalty_engine.scenarios.expecting import Difference, differences
from loyalty_engine.scenarios.form import Expected, GivenMember, Scenario, Step
from loyalty_engine.scenarios.stage import Stage
from loyalty_engine.storage.sql.integrity import verify
from loyalty_engine.storage.sql.storage import SqlStorage
from loyalty_engine.use_cases.calling import Answer
from loyalty_engine.use_cases.explanations.explain_purchase import comes_out_the_same
from loyalty_engine.use_cases.members.enrol_member import enrol_member
from loyalty_engine.use_cases.members.show_member import known
from loyalty_engine.use_cases.points.begin_expiry import units_with_moved_ends
from loyalty_engine.use_cases.points.booking import open_book
from loyalty_engine.use_cases.tiers.grant_tier import grant_tier
from loyalty_engine.use_cases.writing import save_account

TOUCHED = ("applied", "capped")
"""The verdicts by which a scenario tries a rule: something comes of it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that came out otherwise: which one, and in what."""

    step: int
    act: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a scenario. `touched` are the rules that something came of."""

    scenario: Scenario
    failures: tuple[Failure, ...] = ()
    touched: frozenset[str] = frozenset()

    @property
    def passed(self) -> bool:
        """Whether all of it came true."""
        return not self.failures


def run_scenarios(
    rulebook: Rulebook, scenarios: Iterable[Scenario], storage: SqlStorage
) -> Iterator[Outcome]:
    """Run scenarios one after the other, each with nothing but what it gives itself."""
    for scenario in scenarios:
        yield run_scenario(rulebook, scenario, storage)


def run_scenario(rulebook: Rulebook, scenario: Scenario, storage: SqlStorage) -> Outcome:
    """Run one scenario on a stage of its own."""
    return Run(scenario, Stage(rulebook, storage)).play()


def untouched(rulebook: Rulebook, outcomes: Iterable[Outcome]) -> Sequence[str]:
    """The rules, and challenges, that no scenario brings anything about with, by id.

    Of a table's rules one is enough; a table without any is named by its file.
    """
    touched = frozenset[str]().union(*(outcome.touched for outcome in outcomes))
    rows = {rule.id: rule.place.file for rule in rulebook.rules if rule.place.file.endswith(".csv")}
    alone = rulebook.by_id.keys() - rows.keys()
    tables = {*rows.values()} - {rows[rule] for rule in touched & rows.keys()}
    challenges = {f"challenge {name}" for name in rulebook.challenges}
    return sorted(((alone | challenges) - touched) | {f"table {file}" for file in tables})


@dataclass(slots=True)
class Run:
    """A scenario being played."""

    scenario: Scenario
    stage: Stage
    failures: list[Failure] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def play(self) -> Outcome:
        """Begin, take every step; then every decision repeats, and the books prove themselves."""
        self.stage.given.facts = self.scenario.facts
        try:
            self.begin()
        except LoyaltyError as error:
            self._fail(0, "given", self.scenario.place, "members", "taken", _refusal(error))
            return self._outcome()
        for number, step in enumerate(self.scenario.steps, 1):
            self._take(number, step)
        self._decide_again()
        self._prove()
        return self._outcome()

    def begin(self) -> None:
        """Enrol who is given, with tiers and points, and sell the cards that are given."""
        for member in sorted(self.scenario.members, key=lambda it: it.enrolled_at):
            self.stage.move_to(member.enrolled_at)
            enrol_member(self.stage.engine, self.stage.caller(), member.id, member.profile)
            if member.tier is not None:
                grant = Grant(member.tier, member.enrolled_at)
                caller = self.stage.caller()
                grant_tier(self.stage.engine, caller, member.id, grant, "given", "scenario")
            if member.lots:
                _give_lots(self.stage, member)
            if member.challenges:
                _enter(self.stage, member)
        for card in sorted(self.scenario.cards, key=lambda it: it.at):
            self.stage.move_to(card.at)
            make_card(self.stage, card.name, card.amount)

    def act(self, step: Step) -> tuple[Answer, dict[str, Any]]:
        """Take one step; what the engine answers, decoded too. Raises what it refuses."""
        at = step.at or step.act.when
        if at is not None:
            self.stage.move_to(at)
        answer = step.act.do(self.stage)
        return answer, msgspec.json.decode(answer.body)

    def _take(self, number: int, step: Step) -> None:
        try:
            answer, body = self.act(step)
        except LoyaltyError as error:
            self._compare_refusal(number, step, error)
            return
        told = dict(step.act.told(body, self.stage))
        rules = told.get("rules", {})
        self.touched |= {rule for rule, row in rules.items() if row[""] in TOUCHED}
        cards = told.get("challenges", {})
        self.touched |= {f"challenge {name}" for name, row in cards.items() if row["completed"]}
        if step.expect is not None:
            told |= {"status": answer.status, "replayed": answer.replayed, "refused": None}
            self._compare(number, step, step.expect, told)

    def _compare_refusal(self, number: int, step: Step, error: LoyaltyError) -> None:
        wanted = step.expect.value if step.expect else {}
        if isinstance(wanted, dict) and "refused" in wanted and step.expect is not None:
            told = {"refused": error.code, "status": error.status}
            self._compare(number, step, step.expect, told)
        else:
            self._fail(number, step.act.word, step.place, "answer", "done", _refusal(error))

    def _compare(self, number: int, step: Step, expected: Expected, told: dict[str, Any]) -> None:
        self.failures += [
            Failure(number, step.act.word, difference) for difference in differences(expected, told)
        ]

    def _decide_again(self) -> None:
        for purchase in self.stage.recorded:
            if not comes_out_the_same(self.stage.engine, self.stage.caller(), purchase):
                self._fail(
                    0, "explain", self.scenario.place, f"purchase {purchase}",
                    "the same decision, decided again", "another one",
                )  # fmt: skip

    def _prove(self) -> None:
        moving = units_with_moved_ends(self.stage.engine, self.stage.room)
        for finding in verify(self.stage.storage, self.stage.room, moving=moving).findings:
            what = f"{finding.check} of {finding.where}"
            self._fail(0, "verify", self.scenario.place, what, "proven", finding.detail)

    def _fail(
        self, number: int, act: str, place: Place, what: str, expected: str, actual: str
    ) -> None:
        self.failures.append(Failure(number, act, Difference(place, what, expected, actual)))

    def _outcome(self) -> Outcome:
        return Outcome(self.scenario, tuple(self.failures), frozenset(self.touched))


def _refusal(error: LoyaltyError) -> str:
    return f"refused: {error.code}: {error.detail}"


def _enter(stage: Stage, member: GivenMember) -> None:
    """Let a member take part from the day on which it joined."""
    with stage.engine.storage.begin(stage.room, stage.clock.now()) as work:
        record = known(work, Address("member", member.id))
        work.save_challenge_entries(
            [CardEntry(record.number, it, member.enrolled_at) for it in member.challenges]
        )


def _give_lots(stage: Stage, member: GivenMember) -> None:
    """Put points on an account as an opening balance is put there: lots with their own dates."""
    caller = stage.caller()
    with stage.engine.storage.begin(stage.room, caller.now) as work:
        record = known(work, Address("member", member.id))
        book = open_book(work, record, caller.now)
        for lot in member.lots:
            cause = Cause("adjust", record.number, lot.earned_at, reason="given", by="scenario")
            book.issue(
                lot.unit, lot.points, cause, active_from=lot.earned_at, expires_at=lot.expires_at
            )
        work.save_member(save_account(work, record, book))
