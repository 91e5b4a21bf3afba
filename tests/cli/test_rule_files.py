"""`loyalty rules check`, `schema`, `words` and `new`: for whoever writes rules, and for CI."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.vocabulary import standard_words
from tests.cli.conftest import ROOT, Loyalty, Said

ON_A_GOOD_DAY = ("--today", "2026-06-18")


@pytest.fixture
def grocer(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The grocer's folder, as seen from the folder of all rules."""
    monkeypatch.chdir(home / "rules")
    return home / "rules" / "grocer"


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)


NEVER = "rule: never\nlane: bonus\nwhen: [tier_is: gold, tier_is: silver]\nthen: [earn_points: 5]\n"
WIDE = "rule: wide\nlane: basket\npriority: 9\nthen: [amount_off: 10]\n"


def test_exit_codes_for_ci(loyalty: Loyalty, grocer: Path):
    check = ("rules", "check", "grocer", *ON_A_GOOD_DAY)
    assert loyalty(*check).code == 0
    assert loyalty(*check, "--strict").code == 0
    write(grocer, "wide.yaml", WIDE)
    warned = loyalty(*check)
    assert warned.code == 0
    assert warned.out.rstrip().rpartition(": ")[2].endswith(("1 warning", " warnings"))
    assert loyalty(*check, "--strict").code == 1
    write(grocer, "never.yaml", NEVER)
    assert loyalty(*check).code == 1
    assert loyalty("rules", "check", "nowhere").code == 2
    assert loyalty("rules", "check", "grocer", "--format", "xml").code == 2
    assert loyalty("rules", "check", "grocer", "-p", "fashion").code == 2


def test_a_folder_without_programmes(loyalty: Loyalty, grocer: Path, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    said = loyalty("rules", "check", str(tmp_path / "empty"))
    assert (said.code, said.err) == (3, f"There is no programme in {tmp_path}/empty.\n")


def test_findings_are_told_with_level_place_and_check(loyalty: Loyalty, grocer: Path):
    write(grocer, "never.yaml", NEVER)
    said = loyalty("rules", "check", "grocer", *ON_A_GOOD_DAY)
    assert said.out.splitlines()[0] == (
        "grocer/never.yaml:3:23: error: this rule never applies: 'tier_is' never holds together "
        "with 'tier_is' in line 3  [never-applies]"
    )
    assert said.out.splitlines()[-1].endswith(": 1 error")


def test_the_day_counts(loyalty: Loyalty, grocer: Path):
    autumn = loyalty("rules", "check", "grocer", "--today", "2026-09-01").out
    assert "this rule is over since 2026-08-31" in autumn
    assert "over since" not in loyalty("rules", "check", "grocer", "--today", "2026-08-31").out


def test_github_shows_findings_beside_the_lines(loyalty: Loyalty, grocer: Path):
    write(grocer, "never.yaml", NEVER)
    write(grocer, "50%,off.yaml", "rule: half\nlane: basket\nthen: [percentage_off: few]\n")
    said = loyalty("rules", "check", "grocer", "--format", "github")
    assert said.code == 1
    assert said.out.splitlines() == [
        "::error file=grocer/50%25%2Coff.yaml,line=3,col=24,title=files::percentage_off: 'few' is not a number such as 12.50"
    ]
    (grocer / "50%,off.yaml").unlink()
    (line,) = loyalty(
        "rules", "check", "grocer", "--format", "github", *ON_A_GOOD_DAY
    ).out.splitlines()
    assert line.startswith("::error file=grocer/never.yaml,line=3,col=23,title=never-applies::this")


def test_github_calls_a_note_a_notice(loyalty: Loyalty, grocer: Path):
    said = loyalty("rules", "check", "grocer", "--format", "github", "--today", "2026-01-05")
    assert said.code == 0
    assert (
        "::notice file=grocer/campaigns/summer-barbecue.yaml,line=3,col=1,title=dates::this rule"
        in said.out
    )


def test_json_tells_all_of_it(loyalty: Loyalty, grocer: Path):
    write(grocer, "never.yaml", NEVER)
    told = loyalty("rules", "check", ".", "--json", *ON_A_GOOD_DAY).json
    assert [Path(it["folder"]).name for it in told["programmes"]] == ["fashion", "grocer"]
    (finding,) = (it for it in told["findings"] if it["level"] == "error")
    assert finding == {
        "level": "error",
        "check": "never-applies",
        "file": "grocer/never.yaml",
        "line": 3,
        "column": 23,
        "text": "this rule never applies: 'tier_is' never holds together with 'tier_is' in line 3",
        "suggestion": None,
    }
    assert loyalty("rules", "check", ".", "--format", "json", *ON_A_GOOD_DAY).json == told


def test_a_catalogue_knows_what_there_is(loyalty: Loyalty, grocer: Path, tmp_path: Path):
    catalogue = tmp_path / "items.csv"
    check = ("rules", "check", "grocer", "--catalogue", str(catalogue), *ON_A_GOOD_DAY)
    assert loyalty(*check).code == 2
    catalogue.write_text("sku;category;brand\nOIL-OLIVE-1L;grocery/oil;Bolt\n")
    said = loyalty(*check)
    assert said.code == 0
    assert (
        "warning: the catalogue has no item 'OIL-OLIVE-1L-BIO'. Did you mean 'OIL-OLIVE-1L'?  [unknown-products]"
        in said.out
    )
    catalogue.write_bytes("sku;marque\n1;Crème\n".encode("cp1252"))
    said = loyalty(*check)
    assert said.code == 1
    assert said.err == f"{catalogue}:1:1: this is not text in UTF-8; save it as 'CSV UTF-8'\n"
    catalogue.write_text("item;brand\n1;Acme\n")
    assert "a column 'sku' is needed" in loyalty(*check).err


def test_files_that_cannot_be_read_are_told_beside_all_other_faults(loyalty: Loyalty, grocer: Path):
    write(grocer, "slip.yaml", "rule: slip\nlane: bonus\nthen: [earn_pionts: 5]\n")
    write(grocer, "list.yaml", "table: list\nlane: bonus\nthen: [earn_points: 5]\n")
    (grocer / "list.csv").write_bytes("id;title\na;Crème\n".encode("cp1252"))
    (grocer / "loop.yaml").symlink_to("loop.yaml")
    (grocer / "half.yaml").write_bytes(b"rule: half\nthen: [earn_poi\xc3")
    said = loyalty("rules", "check", "grocer", "--json")
    assert said.code == 1
    assert sorted(Path(it["file"]).name for it in said.json["findings"]) == [
        "half.yaml", "list.csv", "loop.yaml", "slip.yaml",
    ]  # fmt: skip


def test_without_the_programme_itself_rules_are_not_blamed(loyalty: Loyalty, grocer: Path):
    (grocer / "tiers.yaml").write_bytes(b"\xff\xfe")
    said = loyalty("rules", "check", "grocer", "--json")
    assert [Path(it["file"]).name for it in said.json["findings"]] == ["tiers.yaml"]


def test_a_programme_bears_the_name_of_its_folder(loyalty: Loyalty, grocer: Path):
    grocer.rename(grocer.parent / "corner")
    said = loyalty("rules", "check", "corner")
    assert said.code == 1
    assert (
        "corner/program.yaml:1:1: error: the folder is called 'corner' and the programme 'grocer'"
        in said.out
    )


def test_schemas_are_written(loyalty: Loyalty, home: Path):
    said = loyalty("rules", "schema")
    assert said.code == 0
    names = {Path(line).name for line in said.out.splitlines()}
    assert names == {path.name for path in (ROOT / "rules/schemas").iterdir()}
    assert names >= {"program.schema.json", "rule.schema.json", "tiers.schema.json"}
    rule = json.loads((home / "rules/schemas/rule.schema.json").read_text())
    assert "when.on_market_day" in rule["definitions"], "words of plugins are in it"


def test_schemas_of_one_programme_know_its_names(loyalty: Loyalty, home: Path):
    out = home / "own"
    assert loyalty("rules", "schema", "-p", "fashion", "--out", str(out)).code == 0
    rule = json.loads((out / "rule.schema.json").read_text())
    assert rule["properties"]["lane"]["enum"] == ["remises", "panier", "points", "primes"]
    assert '"enum": [\n' in (out / "rule.schema.json").read_text()
    assert "platine" in json.dumps(rule["definitions"]["when.tier_is"])


def test_words_are_explained(loyalty: Loyalty):
    page = loyalty("rules", "words").out
    assert page.startswith("# Words\n")
    assert "### tier_is\n" in page
    assert "### on_market_day\n" in page
    assert "### on_market_day\n" not in loyalty("rules", "words", "--standard").out
    one = loyalty("rules", "words", "tier_is").out
    assert one.startswith("### tier_is\n")
    assert "le membre a le statut" in one
    wrong = loyalty("rules", "words", "tier_iz")
    assert wrong.code == 2
    assert "Did you mean 'tier_is'?" in wrong.err


def made(said: Said) -> Path:
    assert said.code == 0, said.err
    return Path(os.path.realpath(said.out.strip()))


@pytest.mark.parametrize("program", ["grocer", "fashion"])
def test_a_new_rule_is_a_good_one(loyalty: Loyalty, home: Path, program: str):
    file = made(loyalty("rules", "new", "easter-eggs", "-p", program, "--folder", "campaigns"))
    assert file == home / "rules" / program / "campaigns/easter-eggs.yaml"
    source = {
        str(it.relative_to(home / "rules" / program)): it.read_text()
        for it in (home / "rules" / program).rglob("*.yaml")
    }
    assert "easter-eggs" in parse_rulebook(source, standard_words()).by_id
    schema = file.parent / file.read_text().splitlines()[1].partition("=")[2]
    assert schema.resolve() == home / "rules/schemas/rule.schema.json"
    assert loyalty("rules", "check", "-p", program).code == 0


def test_a_new_rule_needs_a_name_of_its_own(loyalty: Loyalty, home: Path):
    new = ("rules", "new", "-p", "grocer")
    assert "Did you mean 'easter-eggs'?" in loyalty(*new, "Easter Eggs").err
    assert loyalty(*new, "Easter Eggs").code == 2
    assert "There is a rule 'base-points' already." in loyalty(*new, "base-points").err
    assert loyalty(*new, "eggs", "--lane", "nowhere").code == 2
    assert loyalty(*new, "eggs", "--folder", "../fashion").code == 2
    assert not (home / "rules/fashion/eggs.yaml").exists()


def test_a_rulebook_with_findings_can_still_be_parsed(grocer: Path):
    write(grocer, "never.yaml", NEVER)
    source = {str(it.relative_to(grocer)): it.read_text() for it in grocer.rglob("*.yaml")}
    try:
        assert "never" in parse_rulebook(source, standard_words()).by_id
    except RulebookErrors as errors:
        pytest.fail(str(errors))
