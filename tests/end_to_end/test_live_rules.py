"""Rule files that change under a running service: good ones are taken up, bad ones never."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from loyalty_engine.cli.shared.watching import QUIET
from loyalty_engine.rulebook.sources import hash_of
from loyalty_engine.storage.sql.files_seen import FilesSeen
from tests.end_to_end.running import Running, serving
from tests.shop import BASE, PROGRAM

LINES = ("points: 1,", "points: 2,")
A, B = ({"program.yaml": PROGRAM, "base.yaml": BASE.replace(LINES[0], line)} for line in LINES)
POINTS = {hash_of(A): 10, hash_of(B): 20}
"""What ten euros give under each."""


@pytest.fixture
def service(tmp_path: Path, sqlite_url: str) -> Iterator[Running]:
    with serving(tmp_path, sqlite_url) as running:
        yield running


def base_of(service: Running) -> Path:
    return service.folder / "rules" / "shop" / "base.yaml"


def ready(service: Running) -> dict[str, Any]:
    status, told = service.send("GET", "/readyz")
    assert status == 200, told
    return {part["name"]: part["detail"] for part in told["parts"]}


def within(holds: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it holds before long; the machine may be busy."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


def everywhere(service: Running, files: dict[str, str]) -> bool:
    """Whether every worker has taken these files up: many answers in a row are by them."""

    def agreed() -> bool:
        return all(ready(service)["rulebook shop"] == hash_of(files) for _ in range(20))

    return within(agreed)


def in_force(service: Running) -> list[str]:
    """The hashes of all rulebooks that ever were in force, in order."""
    with service.storage.read("shop") as view:
        return [found for _, found in view.rulebook_periods()]


def buy(service: Running, name: str) -> tuple[str, int]:
    """The rulebook that decided a purchase of ten euros, and the points."""
    body = {
        "member": "m-1",
        "occurred_at": datetime.now(UTC).isoformat(),
        "currency": "EUR",
        "lines": [{"id": "1", "sku": "A", "quantity": 1, "unit_price": 1000}],
    }
    status, told = service.send("PUT", f"/v1/purchases/{name}", body, seconds=20)
    assert status == 201, told
    return told["rulebook"], told["lines"][0]["points"]["points"]


def faults_of(service: Running) -> str:
    return str(ready(service).get("rule files shop", ""))


def test_every_worker_takes_up_a_change_and_broken_files_never(service: Running):
    base = base_of(service)
    base.write_text(B["base.yaml"])
    assert everywhere(service, B)
    assert buy(service, "T-1") == (hash_of(B), 20)

    base.write_text(B["base.yaml"] + "lane: [\n")
    assert within(lambda: "shop/base.yaml:" in faults_of(service))
    assert buy(service, "T-2") == (hash_of(B), 20)

    base.write_text(A["base.yaml"])
    assert everywhere(service, A)
    assert within(lambda: faults_of(service) == "")
    assert buy(service, "T-3") == (hash_of(A), 10)
    assert in_force(service) == [hash_of(A), hash_of(B), hash_of(A)]


def test_a_folder_swapped_at_once_is_taken_up(service: Running):
    folder = base_of(service).parent
    other = folder.parent / ".next"
    other.mkdir()
    for name, text in B.items():
        (other / name).write_text(text)
    folder.rename(folder.parent / ".before")
    other.rename(folder)
    assert everywhere(service, B)


def test_what_is_written_in_two_halves_is_taken_whole(service: Running):
    folder = base_of(service).parent
    more = B["base.yaml"].replace("rule: base", "rule: more")
    (folder / "more.yaml").write_text(more)  # good by itself
    began = time.monotonic()
    time.sleep(0.5)
    base_of(service).write_text(B["base.yaml"])
    took = time.monotonic() - began
    assert everywhere(service, {**B, "more.yaml": more})
    # A machine that stood still between the two has left the folder alone for long enough.
    whole = [hash_of(A), hash_of({**B, "more.yaml": more})]
    assert in_force(service) == whole or took >= QUIET


def test_a_restart_with_broken_files_goes_on_with_the_last_good_ones(service: Running):
    base_of(service).write_text(B["base.yaml"])
    assert everywhere(service, B)
    base_of(service).write_text("rule: [")
    service.kill()
    service.start()
    assert ready(service)["rulebook shop"] == hash_of(B)
    assert "shop/base.yaml:1:" in faults_of(service)
    assert buy(service, "T-1") == (hash_of(B), 20)
    base_of(service).write_text(A["base.yaml"])
    assert everywhere(service, A)


def test_a_rollback_holds_until_the_files_change_even_over_a_restart(service: Running):
    base_of(service).write_text(B["base.yaml"])
    assert everywhere(service, B)
    roll_back(service)
    assert everywhere(service, A)
    service.kill()
    service.start()
    os.utime(base_of(service))  # looked at again, and the same
    time.sleep(3)
    assert in_force(service) == [hash_of(A), hash_of(B), hash_of(A)]
    base_of(service).write_text(B["base.yaml"] + "# again\n")
    assert everywhere(service, {**B, "base.yaml": B["base.yaml"] + "# again\n"})


def test_rules_flipped_under_load_decide_wholly_by_one_or_the_other(service: Running):
    decided: list[tuple[str, int]] = []
    stopping = False

    def sell(till: int) -> None:
        number = 0
        while not stopping:
            number += 1
            decided.append(buy(service, f"T-{till}-{number}"))

    tills = [Thread(target=sell, args=(till,)) for till in range(3)]
    for till in tills:
        till.start()
    try:
        for files in (B, A, B):
            for _ in range(10):  # quickly to and fro, and then it stays
                base_of(service).write_text(A["base.yaml"])
                base_of(service).write_text(B["base.yaml"])
            base_of(service).write_text(files["base.yaml"])
            assert everywhere(service, files)
    finally:
        stopping = True
        for till in tills:
            till.join(60)
    assert {found for found, _ in decided} == set(POINTS)
    assert [points for _, points in decided] == [POINTS[found] for found, _ in decided]


def test_a_killed_watcher_is_replaced(service: Running):
    def watchers() -> list[int]:
        return [
            int(path.parent.name)
            for path in Path("/proc").glob("[0-9]*/environ")
            if is_watcher(path, str(service.folder))
        ]

    assert within(lambda: len(watchers()) == 1)
    os.kill(watchers()[0], 9)
    base_of(service).write_text(B["base.yaml"])
    assert everywhere(service, B)
    service.kill()
    assert within(lambda: watchers() == [])


def is_watcher(path: Path, folder: str) -> bool:
    try:
        command = path.with_name("cmdline").read_bytes()
        return b"'--beside'" in command and folder.encode() in path.read_bytes()
    except OSError:  # it has ended meanwhile
        return False


def roll_back(service: Running) -> None:
    subprocess.run(
        [sys.executable, "-c", "from loyalty_engine.cli import main; main()", "rules", "rollback"],
        env=os.environ | service.environment,
        check=True,
    )


def test_faults_are_noted_for_every_process(service: Running):
    base_of(service).write_text("rule: base\nlane: bass\nthen: [earn_points: 5]\n")
    assert within(lambda: faults_of(service) != "")
    seen = FilesSeen(service.storage).seen("shop")
    assert seen is not None
    assert (seen.files, [fault.place.line for fault in seen.faults]) == (hash_of(A), [2])
