"""Scenario files to scenarios, or every fault of every file at once, as with rule files."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from loyalty_engine.rulebook.faults import Findings, RulebookErrors, TooManyFaults
from loyalty_engine.rulebook.parsing.reading import MISREAD, Entries, Missing, Reader
from loyalty_engine.rulebook.parsing.yaml_nodes import ListNode, Node, read_nodes
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.sources import SCENARIOS
from loyalty_engine.scenarios.acts import all_acts
from loyalty_engine.scenarios.expecting import read_expect
from loyalty_engine.scenarios.form import GivenMember, Scenario, Step
from loyalty_engine.scenarios.people import read_card_in, read_member
from loyalty_engine.scenarios.values import instant_in, listed, mapped, read_scalar

SCENARIO_KEYS: Final = ("scenario", "given", "steps")
GIVEN_KEYS: Final = ("member", "members", "facts", "cards")


def read_scenarios(source: Mapping[str, str], rulebook: Rulebook) -> tuple[Scenario, ...]:
    """The scenarios among a programme's files, by file name. Raises RulebookErrors."""
    found: list[Scenario] = []
    faults = []
    for file, text in sorted(source.items()):
        if not file.startswith(SCENARIOS):
            continue
        findings = Findings(file)
        with suppress(TooManyFaults):
            scenario = read_scenario(text, findings, rulebook)
            if scenario is not None:
                found.append(scenario)
        faults += findings.faults
    if faults:
        raise RulebookErrors(faults)
    return tuple(found)


def read_scenario(text: str, findings: Findings, rulebook: Rulebook) -> Scenario | None:
    """The scenario of one file; None where anything is wrong with it."""
    tree = read_nodes(text, findings)
    reader = Reader(findings)
    if tree is None:
        if not findings.faults:
            findings.add(1, 1, "the file is empty")
        return None
    entries = reader.entries(tree, "a scenario", SCENARIO_KEYS, ("scenario", "steps"))
    if entries is None:
        return None
    given = entries.parse(
        "given", lambda node, reader: reader.entries(node, "given", GIVEN_KEYS), None
    )
    name = entries.read("scenario", str, "")
    members, facts = _given(given, rulebook)
    cards = given.parse("cards", listed(read_card_in(rulebook)), ()) if given else ()
    steps = entries.parse(
        "steps", listed(lambda node, reader: _read_step(node, reader, rulebook)), ()
    )
    if findings.faults:
        return None
    return Scenario(name, reader.place(tree), members, steps, facts, cards)


def _given(
    given: Entries | None, rulebook: Rulebook
) -> tuple[tuple[GivenMember, ...], dict[str, dict[str, str | int | bool]]]:
    if given is None:
        return (), {}

    def read_one(node: Node, reader: Reader) -> GivenMember | Missing:
        return read_member(node, reader, rulebook.program)

    one = given.parse("member", read_one, None)
    several: tuple[GivenMember, ...] = given.parse("members", listed(read_one), ())
    facts = given.parse("facts", mapped(str, mapped(str, read_scalar)), {})
    return (*((one,) if one else ()), *several), facts


def _read_step(node: Node, reader: Reader, rulebook: Rulebook) -> Step | Missing:
    acts = all_acts()
    if isinstance(node, ListNode):
        reader.fault(node, f"a step says one of {', '.join(acts)}")
        return MISREAD
    entries = reader.entries(node, "a step", (*acts, "at", "expect"))
    if entries is None:
        return MISREAD
    words = [word for word in acts if word in entries]
    if len(words) != 1:
        if not reader.findings.faults or words:
            reader.fault(node, f"a step says one of {', '.join(acts)}")
        return MISREAD
    kind = acts[words[0]]
    act = entries.parse(
        words[0], lambda inner, reader: kind.read(inner, reader, rulebook.program), None
    )
    at = entries.read("at", instant_in(rulebook.program.zone), None)
    expect = entries.parse(
        "expect", lambda inner, reader: read_expect(inner, reader, kind, rulebook), None
    )
    if act is None:
        return MISREAD
    return Step(reader.place(node), act, at, expect)
