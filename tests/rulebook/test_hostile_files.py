"""Texts made to harm a parser are refused with a place, by both of PyYAML's parsers alike."""

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.rulebook.faults import Fault, Findings, Place, RulebookErrors
from loyalty_engine.rulebook.parsing import yaml_nodes
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.parsing.yaml_nodes import (
    ListNode,
    MapNode,
    Node,
    ScalarNode,
    read_nodes,
)
from tests.rulebook.sample_words import (
    PROGRAM,
    RULE,
    SHOP,
    TIERS,
    WORDS,
    faults_of,
    parse,
    parse_one,
)
from tests.rulebook.test_rules_read import WHOLE

LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
K256 = 256 * 1024


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True, scope="module")
def parser(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every test runs on the C parser and on the one that stands in for it."""
    usual = yaml_nodes._PARSER
    yaml_nodes._PARSER = getattr(yaml, request.param)
    yield str(request.param)
    yaml_nodes._PARSER = usual


def faults_in(**files: str) -> tuple[Fault, ...]:
    """The faults of the shop with these files; none where it is a rulebook."""
    try:
        parse(**files)
    except RulebookErrors as errors:
        return errors.faults
    return ()


def told(text: str) -> list[str]:
    findings = Findings("f")
    read_nodes(text, findings)
    return [str(fault).removeprefix("f:") for fault in findings.faults]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (LAUGHS, [
            "1:4: '&a' names a part to repeat it; write it out",
            "2:4: '&b' names a part to repeat it; write it out",
            "2:8: '*a' repeats a part from elsewhere; write it out",
            "2:12: '*a' repeats a part from elsewhere; write it out",
            "3:4: '&c' names a part to repeat it; write it out",
            "3:8: '*b' repeats a part from elsewhere; write it out",
            "3:12: '*b' repeats a part from elsewhere; write it out",
        ]),
        ("&a [*a]", [
            "1:1: '&a' names a part to repeat it; write it out",
            "1:5: '*a' repeats a part from elsewhere; write it out",
        ]),
        ("*a : b", ["1:1: '*a' repeats a part from elsewhere; write it out"]),
        ("!!python/object/apply:os.system [id]",
         ["1:1: the tag '!!python/object/apply:os.system' means nothing here; leave it out"]),
        ("a: ! b", ["1:4: the tag '!' means nothing here; leave it out"]),
        ("a: 1\nb: 2\na: 3\n'a': 4\n",
         ["3:1: 'a' stands already in line 1", "4:1: 'a' stands already in line 1"]),
        ("a: {<<: {b: 1}, c: 1}", ["1:5: '<<' merges a part from elsewhere; write it out"]),
        ("a: 1\n---\nb: 2\n", ["2:1: a second document begins here; a file holds one"]),
        ("[" * 50_000, ["1:21: more than 20 levels inside one another"]),
        ("{a: " * 50_000, ["1:81: more than 20 levels inside one another"]),
        ("- " * 50_000, ["1:41: more than 20 levels inside one another"]),
        ("[" + "a," * 60_000 + "]", ["1:100000: more than 50000 values in one file; divide it"]),
        ("a: 1\nb\x00: 2", ["2:2: the character U+0000 cannot stand in a file"]),
        ("a: \x1b[31m", ["1:4: the character U+001B cannot stand in a file"]),
        ("a: b\x85c", ["1:5: the character U+0085 cannot stand in a file"]),
        ("a: \u202egold", ["1:4: the character U+202E cannot stand in a file"]),
        ("a: b\ufeff", ["1:5: the character U+FEFF cannot stand in a file"]),
        ("a: \ud800", ["1:4: the character U+D800 cannot stand in a file"]),
        ("a:\r\n  b: 1\r\n  c: \x07", ["3:6: the character U+0007 cannot stand in a file"]),
        ("#" * (K256 + 1), ["1:1: the file is larger than 256 KiB; divide it"]),
        ("a:\n\tb: 1", ["2:1: a tab cannot indent; use spaces"]),
        ("a:\n  - b\n \t- c", ["3:2: a tab cannot indent; use spaces"]),
        ("a: [b, c\nd: e\n",
         ["1:4: the list opened here with '[' is not closed, or lacks a comma before line 2"]),
        ("a: {b: c\nd: e\n",
         ["1:4: the mapping opened here with '{' is not closed, or lacks a comma before line 2"]),
        ('a: "bc\nd: e\n', ["1:4: the quotation opened here is not closed"]),
        ("a: 'bc\n--- d\n", ["1:4: the quotation opened here is not closed"]),
        ("a: b: c", [
            "1:5: a ':' cannot stand here; is the indentation off, or does the text need quotation marks?"]),
        ("a: 1\n - b", []),
        ("a:\n    b: 1\n  c: 2",
         ["3:3: this does not line up with the lines above, or needs quotation marks"]),
        ("a: 1\nb\nc: 2", ["2:1: this is neither 'key: value' nor does it line up; is a ':' missing?"]),
        ("a: - b", ["1:4: a '-' of a list begins on a line of its own"]),
        ("a: ]", ["1:4: a value is missing before this sign, or it needs quotation marks"]),
        ("{a: 1}}", [
            "1:7: this stands outside of what the lines above began; check indentation and brackets"]),
        ("a: @b", ["1:4: a value that begins with '@' needs quotation marks around it"]),
        ("a: *", ["1:4: '&', '*' and '!' at the beginning of a value need quotation marks around it"]),
        ("%YAML 9.1\n---\na: 1", ["1:1: a line that begins with '%' means nothing here; leave it out"]),
        ("a: |x\n b", ["1:5: after '|' or '>' the text begins on the next line"]),
        ("a: 1\nb: [", ["2:5: the file ends in the middle; is it cut off?"]),
        ("[a]: b", ["1:1: a key must be a single word"]),
        ("{a: 1,50, b: 2}", ["1:5: write 1.50 with a point, not 1,50"]),
        ("[{a: 1,50}, b: -1,50, 1,50]",
         ["1:6: write 1.50 with a point, not 1,50", "1:16: write -1.50 with a point, not -1,50"]),
    ],
    ids=range(41),
)  # fmt: skip
def test_refused(text: str, faults: list[str]):
    assert told(text) == faults


def test_an_impossible_escape_is_a_fault_and_no_crash():
    for text in (r'"\ud800"', r'"\UFFFFFFFF"', r'"\U00110000"', r'"\0"', r'"\q"', r'"\x4"'):
        (fault,) = told(f"a: {text}")
        assert fault.startswith("1:")


def scalars(node: Node | None) -> Iterator[str]:
    match node:
        case ScalarNode():
            yield node.text
        case ListNode():
            for item in node.items:
                yield from scalars(item)
        case MapNode():
            for _, value in node.entries:
                yield from scalars(value)


def test_text_stays_text():
    written = [
        "NO",
        "no",
        "12:30",
        "1.10",
        "010",
        "0x1F",
        "1e3",
        "2026-03-01",
        "null",
        ".inf",
        "1_0",
    ]
    tree = read_nodes(f"[{', '.join(written)}]", Findings("f"))
    assert list(scalars(tree)) == written


def test_nodes_know_their_place_and_whether_they_were_quoted():
    tree = read_nodes('a: 1\nb:\n  - "1"\n  - été: ~\n', Findings("f"))
    one = ScalarNode(3, 5, "1", quoted=True)
    nested = MapNode(4, 5, [(ScalarNode(4, 5, "été"), ScalarNode(4, 10, "~"))])
    assert tree == MapNode(
        1,
        1,
        [
            (ScalarNode(1, 1, "a"), ScalarNode(1, 4, "1")),
            (ScalarNode(2, 1, "b"), ListNode(3, 3, [one, nested])),
        ],
    )
    assert not one.is_empty
    assert nested.entries[0][1].is_empty  # type: ignore[union-attr]


def test_every_truncation_of_every_file_is_a_rulebook_or_faults_with_their_places():
    for name, text in {"program": PROGRAM, "tiers": TIERS, "rule": WHOLE}.items():
        for cut in range(0, len(text), len(text) // 20):
            files = {"rule": WHOLE, name: text[:cut]}
            for fault in faults_in(**files):
                last = files[fault.place.file.removesuffix(".yaml")].count("\n") + 1
                assert 1 <= fault.place.line <= last, fault
    cut_short = faults_in(rule=WHOLE[: WHOLE.index(", fr")])
    assert [fault.place for fault in cut_short] == [Place("rule.yaml", 2, 8)]
    assert cut_short[0].text.startswith("the mapping opened here with '{' is not closed")


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"key{i}: {i}\n" for i in range(200_000)),
        "rule: r\nlane: base\nthen: [multiply: 2]\n" + "".join(f"k{i}: \n" for i in range(25_000)),
        "when: {" + "a: 1, " * 40_000 + "}",
        "rule: " + "9" * 200_000,
        "rule: r\npriority: " + "9" * 200_000,
        "rule: r\nwhen: [spent_at_least: " + "1 000" * 40_000 + "]",
        '"' + "\\x41" * 60_000 + '"',
        "? " * 100_000,
        ": " * 100_000,
        "a: |\n" + " x\n" * 80_000,
        "a: " + "b " * 100_000,
        "&a " * 80_000,
        "!a " * 80_000,
        "- !!binary x\n" * 15_000,
        "%TAG ! tag:x,2000:\n" * 10_000,
    ],
    ids=range(15),
)
def test_large_texts_are_refused_without_reading_on(text: str):
    # Without the bounds some of these take minutes and others end the process.
    assert 1 <= len(faults_of(text)) <= 101


def test_a_rule_has_an_end():
    rule = "rule: r\nlane: base\nthen: [multiply: 2]\nwhen:\n"
    assert parse_one(rule + "  - visits: 1\n" * 200).id == "r"
    assert faults_of(rule + "  - visits: 1\n" * 14_000) == [
        "205:5: more than 200 words in one list"
    ]


SIGNS = (*"[]{}:,-?&*!|>'\"%@`#~\n\t ", "\n  ", "\n- ", ": ", "<<", "---", "...", "\x00", "\u2028")
PIECES = [
    "rule",
    "when",
    "then",
    "tier_is",
    "gold",
    "any",
    "49,90",
    "1e9",
    "2026-02-30",
    "program",
    "units",
    "expires",
    "by_month",
    "tiers",
    "needs",
    "limits",
    "points",
    "title",
    "base",
    "earn",
    "é",
]
TEXTS = st.one_of(
    st.lists(st.sampled_from([*SIGNS, *PIECES]), max_size=40).map("".join), st.text(max_size=200)
)


@given(st.dictionaries(st.sampled_from(["program", "tiers", "a", "b"]), TEXTS))
def test_no_text_raises_anything_but_faults(texts: dict[str, str]):
    for fault in faults_in(**texts):
        assert fault.place.line >= 1
        assert fault.place.column >= 1


@given(st.data())
def test_no_slip_in_a_good_file_raises_anything_but_faults(data: st.DataObject):
    good = {"program": PROGRAM, "tiers": TIERS, "rule": WHOLE}
    name = data.draw(st.sampled_from(sorted(good)))
    begin = data.draw(st.integers(0, len(good[name])))
    end = data.draw(st.integers(begin, begin + 20))
    slip = good[name][:begin] + data.draw(TEXTS) + good[name][end:]
    for fault in faults_in(**good | {name: slip}):
        assert fault.place.line >= 1
        assert fault.place.column >= 1


@given(st.permutations([*SHOP, "a.yaml", "b.yaml", "z/c.yaml"]))
def test_the_order_of_files_never_matters(order: list[str]):
    texts = SHOP | {
        "a.yaml": RULE.replace("base-points", "z"),
        "b.yaml": WHOLE,
        "z/c.yaml": RULE,
    }
    shuffled = parse_rulebook({name: texts[name] for name in order}, WORDS)
    sorted_ = parse_rulebook(texts, WORDS)
    assert shuffled == sorted_
    assert [rule.id for rule in shuffled.rules] == ["base-points", "gold-weekends", "z"]
    assert list(shuffled.source) == sorted(texts)


@given(st.integers(1 - 10**12, 10**12 - 1))
def test_numbers_are_read_as_written(number: int):
    rule = parse_one(f"rule: r\nlane: base\nwhen: [visits: {number}]\nthen: [multiply: 2]\n")
    assert rule.when[0].at_least == number  # type: ignore[attr-defined]


@given(st.integers(0, 10**12 - 1), st.integers(0, 99))
def test_amounts_are_exact(whole: int, cents: int):
    written = f"{whole}.{cents:02d}"
    rule = parse_one(
        f"rule: r\nlane: base\nwhen: [spent_at_least: {written}]\nthen: [multiply: 2]\n"
    )
    assert rule.when[0].amount == whole * 100 + cents  # type: ignore[attr-defined]


def test_names_are_few_enough_to_be_compared():
    lanes = ", ".join(f"lane-{number}" for number in range(501))
    (fault,) = faults_in(program=PROGRAM.replace("[{base: all}", f"[{lanes}, {{base: all}}"))
    assert fault.text == "lanes: more than 500 of them"


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-01 00:00", "1799-12-31"])
def test_no_day_before_all_days(day: str):
    assert faults_of(f"rule: r\nlane: base\nuntil: {day}\nthen: [multiply: 2]\n") == [
        f"3:8: until: the year of {day[:10]} lies before 1800"
    ]
