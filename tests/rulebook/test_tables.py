"""Tables: a YAML file says what rules share, each row of the CSV beside it is one of them."""

import csv
import io
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.facts import Facts
from loyalty_engine.domain.limits import Limit, Measure, Period, Scope, Short
from loyalty_engine.domain.purchase import Line, Purchase
from loyalty_engine.rule_files import read_programme
from loyalty_engine.rulebook.deciding.decide import decide
from loyalty_engine.rulebook.faults import Place, RulebookErrors
from loyalty_engine.rulebook.nesting import LineNone, None_
from loyalty_engine.rulebook.parsing import csv_rows
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rule import Rule
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.sources import hash_of
from loyalty_engine.rulebook.windows import Window
from loyalty_engine.vocabulary import standard_words
from loyalty_engine.vocabulary.conditions.spends_on import SpendsOn
from loyalty_engine.vocabulary.conditions.tier_is import TierIs
from loyalty_engine.vocabulary.conditions.weekday_is import WeekdayIs
from loyalty_engine.vocabulary.effects.earn_per_amount import EarnPerAmount
from loyalty_engine.vocabulary.effects.percentage_off import PercentageOff
from loyalty_engine.vocabulary.selectors.not_discounted import NotDiscounted

PROGRAM = """\
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [fr, en]
units: {points: {}}
lanes: [offers, base]
"""
TIERS = "tiers: [{tier: bronze}, {tier: gold, needs: {spend: 500}}]\n"
TABLE = "table: weeks\nlane: offers\nthen: [earn_points: 5]\n"


def parse(rows: str, table: str = TABLE, **more: str) -> Rulebook:
    source = {"program.yaml": PROGRAM, "tiers.yaml": TIERS, "t/weeks.yaml": table}
    return parse_rulebook(source | {"t/weeks.csv": rows} | more, standard_words())


def one(csv: str, table: str = TABLE) -> Rule:
    (rule,) = parse(csv, table).rules
    return rule


def told(csv: str, table: str = TABLE, **more: str) -> list[str]:
    try:
        parse(csv, table, **more)
    except RulebookErrors as errors:
        return [str(fault).removeprefix("t/weeks.") for fault in errors.faults]
    return []


def test_a_row_is_a_rule_with_what_the_table_shares():
    rule = one(
        "id,title,title en,from,until,priority,when tier_is,on none brand,then percentage_off,limits uses,limits per\n"
        "a,Semaine A,Week A,2026-03-01,2026-03-31,7,bronze | gold,Acme,12.5,3,member\n",
        "table: weeks\nlane: offers\nfrom: 2026-01-01\nwhen:\n  - weekday_is: tue\nthen: [earn_points: 5]\n",
    )
    assert (rule.id, rule.lane, rule.priority) == ("weeks-a", "offers", 7)
    assert rule.title == {"fr": "Semaine A", "en": "Week A"}
    assert (rule.start, rule.end) == (date(2026, 3, 1), date(2026, 3, 31))
    assert rule.when == (WeekdayIs((1,)), TierIs(("bronze", "gold")))
    assert isinstance(rule.on[0], LineNone)
    assert rule.then[1] == PercentageOff(1250)
    assert rule.limits == (Limit(Measure.USES, 3, Scope.MEMBER, Period.LIFE, Short.PAY_REST),)


def test_words_know_the_file_they_stand_in():
    rule = one("when tier_is,id\ngold,a\n", TABLE + "when: [weekday_is: tue]\n")
    assert rule.place == Place("t/weeks.csv", 2, 2)
    assert [rule.place_of(word) for word in rule.when] == [
        Place("t/weeks.yaml", 4, 8),
        Place("t/weeks.csv", 2, 1),
    ]


def test_an_empty_cell_means_any():
    rules = parse("id,when tier_is,until\na,gold,\nb,,2026-12-31\nc,,\n").by_id
    assert rules["weeks-a"].end is None
    assert [len(rules[f"weeks-{name}"].when) for name in "abc"] == [1, 0, 0]


def test_a_cell_goes_before_what_the_table_says():
    table = TABLE + "priority: 5\nuntil: 2026-12-31\ntitle: Alle\n"
    rules = parse("id,priority,until,title\na,0,2026-06-30,Elle\nb,,,\n", table).by_id
    assert (rules["weeks-a"].priority, rules["weeks-b"].priority) == (0, 5)
    assert (rules["weeks-a"].end, rules["weeks-b"].end) == (date(2026, 6, 30), date(2026, 12, 31))
    assert (rules["weeks-a"].title, rules["weeks-b"].title) == ({"fr": "Elle"}, {"fr": "Alle"})


NINE, SIX = datetime(2026, 3, 1, 9), datetime(2026, 3, 5, 18)


@pytest.mark.parametrize(
    ("shared", "row", "window"),
    [
        ("", "2026-03-01 09:00,2026-03-05 18:00", Window(NINE, SIX)),
        ("", "2026-03-01T09:00,", Window(NINE)),
        ("", ",2026-03-05 18:00", Window(None, SIX)),
        ("from: 2026-03-01 09:00\nuntil: 2026-03-05 18:00\n", ",", Window(NINE, SIX)),
        ("from: 2026-03-01 09:00\n", ",2026-03-05 18:00", Window(NINE, SIX)),
        ("from: 2026-01-01 07:00\n", "2026-03-01 09:00,", Window(NINE)),
        ("from: 2026-01-01 07:00\n", "2026-03-01,2026-03-05 18:00", Window(None, SIX)),
        ("until: 2026-12-31 07:00\n", "2026-03-01 09:00,2026-06-30", Window(NINE)),
        ("from: 2026-01-01 07:00\n", "2026-03-01,", None),
    ],
)
def test_a_first_and_a_last_day_may_have_a_time(shared: str, row: str, window: Window | None):
    rule = one(
        f"id,from,until,when tier_is\na,{row},gold\n", f"{TABLE}{shared}when: [weekday_is: tue]\n"
    )
    assert rule.when == (
        *((window,) if window else ()), WeekdayIs((1,)), TierIs(("gold",))
    )  # fmt: skip
    assert rule.place_of(rule.when[-1]) == Place("t/weeks.csv", 2, 4)
    own = [it for it in row.split(",") if ":" in it]
    if window:
        assert rule.place_of(rule.when[0]).file == ("t/weeks.csv" if own else "t/weeks.yaml")
    if "2026-03-05 18" in row:
        assert rule.end == date(2026, 3, 5)


def test_the_rules_of_a_table_begin_and_end_at_their_times():
    book = parse("id,from,until\na,2026-03-01 09:00,2026-03-01 10:30\n")
    at = {hour: datetime(2026, 3, 1, *hour, tzinfo=book.program.zone) for hour in TIMES}
    applied = {
        hour: [
            it.status for it in decide(book, Facts(Purchase("T", when, "EUR", ITEM), when)).verdicts
        ]
        for hour, when in at.items()
    }
    assert applied == {
        (8, 59): ["not_met"], (9, 0): ["applied"], (10, 29): ["applied"], (10, 30): ["not_met"],
    }  # fmt: skip


TIMES = [(8, 59), (9, 0), (10, 29), (10, 30)]
ITEM = (Line("1", "A", 1000, 500, "food"),)


def test_several_arguments_of_a_word_have_a_column_each():
    rule = one(
        "when spends_on category,when spends_on at_least,then earn_per_amount points,then earn_per_amount per\n"
        "grocery/tea|grocery/coffee,15,1.5,2\n"
    )
    assert rule.when == (SpendsOn(category=("grocery/tea", "grocery/coffee"), at_least=1500),)
    assert rule.then[1] == EarnPerAmount(Fraction(3, 2), 200)


def test_arguments_that_are_left_empty_have_their_default():
    csv = "then percentage_off percent,then percentage_off at_most\n10,\n20,5\n"
    rules = parse(csv).by_id
    assert rules["weeks-2"].then[1] == PercentageOff(1000)
    assert rules["weeks-3"].then[1] == PercentageOff(2000, 500)


def test_a_word_without_arguments_is_answered_by_yes_no_or_nothing():
    csv = "id,on not_discounted,when is_member\na,yes,x\nb,no,no\nc,,\n"
    rules = parse(csv).by_id
    assert rules["weeks-a"].on == (NotDiscounted(),)
    assert rules["weeks-b"].on == (LineNone((NotDiscounted(),)),)
    assert rules["weeks-c"].on == ()
    assert isinstance(rules["weeks-b"].when[0], None_)


def test_messages_by_language():
    csv = "then show_message fr,then show_message en\nBonjour,Hello\n"
    rule = one(csv, "table: weeks\nlane: base\n")
    assert rule.then[0].text == '{"en": "Hello", "fr": "Bonjour"}'  # type: ignore[attr-defined]


def test_ids_are_numbers_of_rows_where_there_is_no_column_for_them():
    assert list(parse("when tier_is\ngold\n\nbronze\n").by_id) == ["weeks-2", "weeks-4"]
    assert list(parse("id,when tier_is\nx,gold\n,bronze\n").by_id) == ["weeks-3", "weeks-x"]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_as_spreadsheets_of_any_country_write_it(sign: str, end: str, mark: str):
    rows = [["id", " when  tier_is ", "then percentage_off"], [" a", '"gold"', "5 "]]
    text = mark + end.join(sign.join(row) for row in rows) + end
    assert one(text).when == (TierIs(("gold",)),)


def test_a_first_line_may_name_the_sign():
    assert one("sep=;\nid;when tier_is\na;gold\n").place == Place("t/weeks.csv", 3, 1)


def test_semicolons_come_with_decimal_commas():
    rule = one("then percentage_off percent;then percentage_off at_most\n12,5 %;2,50\n")
    assert rule.then[1] == PercentageOff(1250, 250)
    assert told('then percentage_off\n"12,5"\n') == [
        "csv:2:1: percentage_off: write 12.5 with a point, not 12,5"
    ]
    assert told("then percentage_off percent;then percentage_off at_most\n5;1,500\n") == [
        "csv:2:2: percentage_off.at_most: '1,500': write thousands without anything between, decimals with a point"
    ]


def test_quoted_cells_hold_the_sign_and_quotation_marks():
    rule = one('on brand,then show_message\n"Ben, ""Jerry""",x\n')
    assert rule.on[0].any_of == ('Ben, "Jerry"',)  # type: ignore[attr-defined]


def test_notes_are_for_people():
    assert one("note,when tier_is,note of june\nask Ada,gold,x\n").when == (TierIs(("gold",)),)


def test_rows_are_part_of_the_rulebook_and_its_hash():
    csv = "when tier_is\ngold\n"
    before, after = parse(csv), parse(csv.replace("gold", "bronze"))
    assert before.source["t/weeks.csv"] == csv
    assert before.hash == hash_of(before.source) != after.hash
    assert parse_rulebook(before.source, standard_words()) == before


def test_a_table_is_read_from_its_folder(tmp_path: Path):
    (tmp_path / "program.yaml").write_text(PROGRAM)
    (tmp_path / "tiers.yaml").write_text(TIERS)
    (tmp_path / "weeks.yaml").write_text(TABLE)
    (tmp_path / "weeks.csv").write_text("when tier_is\ngold\n")
    (rule,) = parse_rulebook(read_programme(tmp_path), standard_words()).rules
    assert rule.id == "weeks-2"


@pytest.mark.parametrize(
    ("csv", "faults"),
    [
        ("when tier_iz\ngold\n",
         ["csv:1:1: no word 'tier_iz' can stand under 'when'. Did you mean 'tier_is'?"]),
        ("when brand\nAcme\n", ["csv:1:1: 'brand' stands under 'on', not under 'when'"]),
        ("when\ngold\n", ["csv:1:1: 'when' needs a word, as in 'when anniversary_within'"]),
        ("when tier_is any_off\ngold\n",
         ["csv:1:1: tier_is has no argument 'any_off', only any_of. Did you mean 'any_of'?"]),
        ("when first_purchase n\nyes\n",
         ["csv:1:1: first_purchase has no argument 'n', only none"]),
        ("then pay_for\n3\n",
         ["csv:1:1: pay_for takes several values; write a column for each: 'then pay_for take', 'then pay_for pay', 'then pay_for times'"]),
        ("then show_message de\nHallo\n", ["csv:1:1: no language 'de'"]),
        ("title eng\nHello\n", ["csv:1:1: no language 'eng'. Did you mean 'en'?"]),
        ("when tier_is,when tier_is any_of\ngold,gold\n", ["csv:1:2: column 1 fills in the same"]),
        ("until,when tier_is,until\n,gold,\n", ["csv:1:3: column 1 fills in the same"]),
        ("unless,when tier_is\n,gold\n",
         ["csv:1:1: no heading 'unless'; a column fills in id, note, title, lane, from, until, repeat, priority, when, on, then, limits, exclusive, group, not_with, lowest_price, campaign"]),
        ("when tier_is,,id\ngold,,a\n", ["csv:1:2: a heading is missing"]),
        ("limits pints,limits per\n5,member\n",
         ["csv:1:1: 'limits' needs one of points, uses, money, liability, per, period, short, as in 'limits points'. Did you mean 'points'?"]),
        ("id,when tier_is\na,golb\nb,gold\nc,,\n",
         ["csv:2:2: tier_is: no tier 'golb'. Did you mean 'gold'?"]),
        ("id,when tier_is\na\nb,gold,x\nc,gold,,\n", [
            "csv:2:1: this row has 1 cell where the first row has 2",
            "csv:3:3: this row has 3 cells where the first row has 2",
        ]),
        ("id,until\na,31/12/2026\n",
         ["csv:2:2: until: '31/12/2026': write year, month, day. Did you mean '2026-12-31'?"]),
        ("id\nA B\n",
         ["csv:2:1: rule: 'weeks-A B' is not a name: small letters, digits and single - or _ between them. Did you mean 'weeks-a-b'?"]),
        ("id\na\na\n", ["csv:3:1: the rule 'weeks-a' stands already in t/weeks.csv:2:1"]),
        ("then earn_per_amount points,then earn_per_amount per\n5,\n",
         ["csv:2:1: earn_per_amount needs 'per'"]),
        ("from,until\n2026-02-01,2026-01-01\n",
         ["csv:2:2: until: 2026-01-01 lies before from, 2026-02-01"]),
        ("limits points,limits per\n5,membre\n",
         ["csv:2:2: limits.per: 'membre' is none of purchase, member, household, code, store, campaign, all. Did you mean 'member'?"]),
        ("when is_member\nmaybe\n",
         ["csv:2:1: is_member: 'maybe' is neither yes nor no; leave it empty for any"]),
        ("id,when tier_is\na,=B2\nb,#REF!\nc,+sum(A1)\nd,#N/A\n", [
            "csv:2:2: '=B2' is a formula; write what comes out of it",
            "csv:3:2: '#REF!' is an error of the spreadsheet; mend it there",
            "csv:4:2: '+sum(A1)' is a formula; write what comes out of it",
            "csv:5:2: '#N/A' is an error of the spreadsheet; mend it there",
        ]),
        ('id,on brand\na,"Acme\nb,"Acme" x\n', [
            "csv:2:1: a quotation mark opened in this row is not closed in it; a cell cannot hold a line end",
            'csv:3:1: after a closing quotation mark the next cell begins; inside of a text write "" for "',
        ]),
        ("", ["csv:1:1: the table is empty"]),
        ("\n\n", ["csv:1:1: the table is empty"]),
        ("id,on brand\na,\x00\n",
         ["csv:2:1: the character U+0000 cannot stand in a table (character 3)"]),
    ],
    ids=range(27),
)  # fmt: skip
def test_every_fault_with_its_row_and_column(csv: str, faults: list[str]):
    assert told(csv) == faults


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        ("table: weeks\nlane: offers\n",
         ["yaml:1:1: a table needs 'then', here or as a column"]),
        ("table: weeks\nthen: [earn_points: 5]\n",
         ["yaml:1:1: a table needs 'lane', here or as a column"]),
        ("table: Weeks\nlane: offers\nthen: [earn_points: 5]\n",
         ["yaml:1:8: table: 'Weeks' is not a name: small letters, digits and single - or _ between them. Did you mean 'weeks'?"]),
        ("table: weeks\nlane: offers\nrows: 5\nthen: [earn_points: x]\n", [
            "yaml:3:1: no key 'rows' in a table; it has table, title, lane, from, until, repeat, priority, when, on, then, limits, exclusive, group, not_with, lowest_price, campaign",
            "yaml:4:21: earn_points: 'x' is not a whole number such as 12",
        ]),
        (TABLE + "until: 2026-01-01\n",
         ["csv:2:1: until: 2026-01-01 lies before from, 2026-02-01"]),
        (TABLE + "until: 2026-02-01 00:00\n",
         ["csv:2:1: until: 2026-01-31 lies before from, 2026-02-01"]),
        (TABLE + "limits: [{points: 5, per: member}]\n",
         ["csv:2:3: points per member for life are limited twice"]),
    ],
    ids=range(7),
)  # fmt: skip
def test_faults_between_a_table_and_its_rows(table: str, faults: list[str]):
    assert told("id,from,limits points,limits per\na,2026-02-01,9,member\n", table) == faults


def test_files_of_a_table_that_miss_each_other():
    with pytest.raises(RulebookErrors) as caught:
        parse_rulebook(
            {"program.yaml": PROGRAM, "a.yaml": TABLE, "b.csv": "id\na\n"}, standard_words()
        )
    assert [str(fault) for fault in caught.value.faults] == [
        "a.yaml:1:1: the rows of this table are missing: there is no a.csv",
        "b.csv:1:1: no rules are made of this table; describe it in b.yaml beside it",
    ]


def test_a_rule_gives_something_in_every_row():
    csv = "id,then earn_points,then percentage_off\na,5,\nb,,\n"
    assert told(csv, "table: weeks\nlane: offers\n") == [
        "csv:3:2: this rule gives nothing: all its cells under 'then' are empty"
    ]


def test_faults_of_all_files_are_told_at_once():
    faults = told(
        "when tier_iz\ngold\n", TABLE.replace("offers", "offer"), **{"x.yaml": "rule: r\n"}
    )
    assert [fault.partition(" ")[0] for fault in faults] == ["csv:1:1:", "yaml:2:7:", "x.yaml:1:1:"]


def test_headings_of_whom_the_section_is_forgotten():
    told_of = [
        it.rpartition(". ")[2] for it in told("rule,tier_is,sku,percentage_off\na,gold,A,2\n")
    ]
    assert told_of == [
        "Did you mean 'id'?",
        "Did you mean 'when tier_is'?",
        "Did you mean 'on sku'?",
        "Did you mean 'then percentage_off'?",
    ]


def test_a_table_is_bounded():
    most = csv_rows.MOST_ROWS
    assert told("id\n" + "a\n" * (most + 1)) == [
        f"csv:{most + 2}:1: more than {most} rows; divide the table"
    ]
    assert told("#" * (8 * 2**20 + 1)) == ["csv:1:1: the table is larger than 8 MiB; divide it"]
    assert told("note," * 65 + "note\nx\n") == ["csv:1:65: more than 64 columns"]
    assert told("id,on brand\na," + "x" * 1001) == [
        "csv:2:2: a cell is longer than 1000 characters"
    ]
    # Whatever limit of its own the csv module has been given by somebody else in the process.
    for limit in (100, 131_072, 1 << 24):
        before = csv.field_size_limit(limit)
        assert told('id,on brand\na,"' + "x" * 200_000 + '"') == [
            "csv:2:1: the row is longer than 64192 characters"
        ]
        csv.field_size_limit(before)


@pytest.mark.parametrize(
    "csv",
    [
        "id,when tier_is\n" + ",,,,\n" * 50_000,
        "id,when tier_is\n" + 'a,"\n' * 50_000,
        "id,when tier_is\n" + "=1,=1\n" * 50_000,
        "id" + "," * 8_000_000,
        '"' * 8_000_000,
        "\r" * 8_000_000,
        "id,on brand\n" + '""""""""' * 1_000_000,
        "id,on sku\n" + "a," + "x|" * 400_000,
    ],
    ids=range(8),
)
def test_large_tables_are_refused_without_reading_on(csv: str):
    assert 0 <= len(told(csv)) <= 101


PIECES = st.sampled_from([*"abx=\"';,|\t\n\r #", "id", "on brand", "note", "then earn_points"])


@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_table_raises_anything_but_faults(csv: str):
    for fault in told(csv):
        assert fault.startswith(("csv:", "yaml:"))


CELLS = st.text(
    alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=20
)


@given(st.lists(CELLS.map(str.strip).filter(bool), min_size=1, max_size=8))
def test_a_text_arrives_as_it_was_written(texts: list[str]):
    texts = [it for it in texts if csv_rows._wrong(it) is None and "|" not in it]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "on brand"])
    for number, text in enumerate(texts):
        writer.writerow([f"r{number}", text])
    rules = parse(out.getvalue()).by_id
    assert [rules[f"weeks-r{n}"].on[0].any_of for n in range(len(texts))] == [  # type: ignore[attr-defined]
        (text,) for text in texts
    ]
