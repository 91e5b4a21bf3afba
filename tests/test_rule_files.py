"""Reading a programme's folder: all of it, nothing but it, and never more than its bounds."""

import os
from pathlib import Path

import pytest

from loyalty_engine.rule_files import footprint, programmes, read_programme
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.vocabulary import standard_words

RULES = Path(__file__).parents[1] / "rules"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "rules" / "shop"
    (folder / "earn").mkdir(parents=True)
    (folder / "program.yaml").write_text("program: shop\n")
    (folder / "earn" / "base.yaml").write_text("rule: base\n")
    return folder


GOOD = {"earn/base.yaml": "rule: base\n", "program.yaml": "program: shop\n"}


def told(folder: Path) -> list[str]:
    with pytest.raises(RulebookErrors) as caught:
        read_programme(folder)
    return [str(fault) for fault in caught.value.faults]


def test_all_yaml_files_by_their_path_in_the_folder(shop: Path):
    assert read_programme(shop) == GOOD
    assert list(read_programme(shop)) == sorted(GOOD)


def test_bytes_arrive_as_they_are(shop: Path):
    (shop / "earn" / "base.yaml").write_bytes("\ufeffrule: été\r\n".encode())
    assert read_programme(shop)["earn/base.yaml"] == "\ufeffrule: été\r\n"


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "earn/base.yaml~",
        "earn/.base.yaml.swp",
        "earn/#base.yaml#",
        "earn/.hidden.yaml",
        ".git/config.yaml",
        "earn/4913",
    ],
)
def test_what_editors_and_people_leave_beside_is_passed_over(shop: Path, name: str):
    (shop / name).parent.mkdir(exist_ok=True)
    (shop / name).write_bytes(b"\xff\x00 not a rule")
    (shop / "earn" / ".#base.yaml").symlink_to("somebody@somewhere.1234")
    assert read_programme(shop) == GOOD


def test_what_is_not_utf_8_is_told_with_its_place(shop: Path):
    (shop / "earn" / "base.yaml").write_bytes(b"rule: base\ntitle: th\xe9\n")
    (shop / "earn" / "wide.yaml").write_bytes("rule: base\n".encode("utf-16"))
    assert told(shop) == [
        "earn/base.yaml:2:10: this is not text in UTF-8; save it as UTF-8",
        "earn/wide.yaml:1:1: this is not text in UTF-8; save it as UTF-8",
    ]


def test_a_file_beyond_all_measure_is_not_read_to_the_end(shop: Path):
    with (shop / "earn" / "base.yaml").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert told(shop) == ["earn/base.yaml:1:1: the file is larger than 1 MiB; divide it"]


def test_tables_are_read_too_and_may_be_larger(shop: Path):
    rows = "id,title\n" + "a,b\n" * 1_000_000
    (shop / "earn" / "list.csv").write_text(rows)
    (shop / "earn" / "scanned.csv").write_bytes("id;title\na;été\n".encode("cp1252"))
    with (shop / "earn" / "bomb.csv").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert told(shop) == [
        "earn/bomb.csv:1:1: the file is larger than 8 MiB; divide it",
        "earn/scanned.csv:2:1: this is not text in UTF-8; save it as 'CSV UTF-8'",
    ]
    (shop / "earn" / "bomb.csv").unlink()
    (shop / "earn" / "scanned.csv").unlink()
    assert read_programme(shop) == GOOD | {"earn/list.csv": rows}


def test_all_files_together_are_bounded(shop: Path):
    for number in range(66):
        (shop / f"{number:02}.yaml").write_bytes(b"#" * (1024 * 1024))
    assert told(shop) == ["64.yaml:1:1: the programme's files are larger than 64 MiB together"]


def test_links_stay_within_the_folder(shop: Path, tmp_path: Path):
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: x\n")
    (shop / "earn" / "out.yaml").symlink_to(secret)
    (shop / "earn" / "up.yaml").symlink_to("../../../secret.yaml")
    (shop / "earn" / "loop.yaml").symlink_to("loop.yaml")
    (shop / "earn" / "nowhere.yaml").symlink_to("gone.yaml")
    (shop / "earn" / "round").symlink_to("../earn")
    out = "cannot be read: a link that leads out of the programme's folder"
    assert told(shop) == [
        told(shop)[0],
        "earn/nowhere.yaml:1:1: cannot be read: No such file or directory",
        f"earn/out.yaml:1:1: {out}",
        "earn/round:1:1: a link to a folder; put the files here",
        f"earn/up.yaml:1:1: {out}",
    ]
    assert told(shop)[0].startswith("earn/loop.yaml:1:1: cannot be read: ")


def test_a_folder_swapped_by_links_is_read_once(shop: Path):
    # How a ConfigMap is mounted: the visible names are links into a hidden folder.
    hidden = shop / "..2026_11_22"
    hidden.mkdir()
    (hidden / "gold.yaml").write_text("rule: gold\n")
    (shop / "..data").symlink_to("..2026_11_22")
    (shop / "gold.yaml").symlink_to("..data/gold.yaml")
    assert read_programme(shop) == GOOD | {"gold.yaml": "rule: gold\n"}


def test_the_folder_itself_may_be_a_link(shop: Path, tmp_path: Path):
    (tmp_path / "current").symlink_to(shop)
    assert read_programme(tmp_path / "current") == GOOD


def test_what_is_no_file_holds_up_nobody(shop: Path):
    os.mkfifo(shop / "pipe.yaml")
    (shop / "folder.yaml").mkdir()
    assert told(shop) == [
        "folder.yaml:1:1: a folder with the name of a file; rename it",
        "pipe.yaml:1:1: cannot be read: not a plain file",
    ]


def test_folders_without_end(shop: Path):
    deep = shop.joinpath(*"abcdefghi")
    deep.mkdir(parents=True)
    (deep / "base.yaml").write_text("rule: base\n")
    assert told(shop) == ["a/b/c/d/e/f/g/h:1:1: more than 8 folders inside one another"]


def test_folders_that_lead_into_one_another_are_looked_at_once(shop: Path):
    within = shop / "within"
    within.mkdir()
    for number in range(4):  # 4 ** 8 ways to go, and more with each
        (within / f"again-{number}").symlink_to(within)
        (shop / f"up-{number}").symlink_to(shop.parent)
    before = footprint(shop.parent)
    assert len(before) < 100
    (within / "new.yaml").write_text("rule: new")
    assert footprint(shop.parent) != before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(shop: Path):
    (shop / "program.yaml").chmod(0)
    assert told(shop) == ["program.yaml:1:1: cannot be read: Permission denied"]


def test_a_folder_that_is_not_there(tmp_path: Path):
    (fault,) = told(tmp_path / "gone")
    assert fault.startswith("program.yaml:1:1: the folder ")
    assert fault.endswith(" cannot be read: No such file or directory")


def test_programmes_are_the_folders_with_rules(shop: Path):
    root = shop.parent
    for name in ("academy", ".git", "empty", "backup~"):
        (root / name).mkdir()
    for name in ("academy", ".git", "backup~"):
        (root / name / "tiers.yaml").write_text("")
    (root / "README.md").write_text("")
    assert programmes(root) == ["academy", "shop"]


@pytest.mark.parametrize("name", programmes(RULES))
def test_the_programmes_of_this_repository_are_right(name: str):
    rulebook = parse_rulebook(read_programme(RULES / name), standard_words())
    assert rulebook.program.name == name
    assert rulebook.rules
