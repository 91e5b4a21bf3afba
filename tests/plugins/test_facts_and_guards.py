"""Facts and guards run apart: whatever a plugin does there costs its own effect and no more."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from textwrap import indent

import psutil
import pytest

from loyalty_engine.domain.errors import Forbidden
from tests.plugins.conftest import Load, Write, eventually, purchase

SHORT = 1.0

GOOD = """
    @hookimpl
    def gather_facts(program, purchase):
        return {"sunny": True, "at": purchase.store, "lines": len(purchase.lines), "in": program}
"""
GOOD_FACTS = {"sunny": True, "at": "high-street", "lines": 1, "in": "grocer"}


def facts_code(body: str) -> str:
    return "@hookimpl\ndef gather_facts(purchase):\n" + indent(body, "    ")


def guard_code(body: str, policy: str = "") -> str:
    return policy + "\n@hookimpl\ndef guard(request):\n" + indent(body, "    ")


def helpers() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if "loyalty_engine.plugin_host" in child.cmdline()
    ]


def test_facts_come_under_the_name_of_their_plugin(load: Load, write: Write):
    write("weather", GOOD)
    write("stock", facts_code("return {'left': 3}"))
    found = load().gather_facts("grocer", purchase())
    assert found == {"stock": {"left": 3}, "weather": GOOD_FACTS}


def test_facts_of_another_programme_are_not_asked_for(load: Load, write: Write):
    write("weather", GOOD + "\n    PROGRAMS = ['grocer']\n")
    plugins = load()
    assert plugins.gather_facts("fashion", purchase()) == {}
    assert helpers() == []
    assert plugins.gather_facts("grocer", purchase()) == {"weather": GOOD_FACTS}


def test_no_process_is_started_where_no_plugin_needs_it(load: Load, write: Write):
    write("crm", "@hookimpl\ndef handle_event(event): ...")
    plugins = load()
    plugins.warm_up()
    assert plugins.gather_facts("grocer", purchase()) == {}
    plugins.guard("grocer", "record_purchase", purchase(), True)
    assert helpers() == []


def test_one_process_serves_all_plugins_and_both_hooks(load: Load, write: Write):
    write("weather", GOOD)
    write("stock", facts_code("return {'left': 3}") + guard_code("return None"))
    plugins = load()
    plugins.gather_facts("grocer", purchase())
    plugins.guard("grocer", "record_purchase", purchase(), True)
    assert len(helpers()) == 1
    plugins.close()
    assert helpers() == []


NONSENSE = {
    "None": "return None",
    "text": "return '10'",
    "number": "return 10",
    "fraction": "return {'x': 0.5}",
    "nan": "return {'x': float('nan')}",
    "infinite": "return {'x': float('inf')}",
    "huge number": "return {'x': 10**30}",
    "nothing as a value": "return {'x': None}",
    "list": "return {'x': [1]}",
    "nested": "return {'x': {'y': 1}}",
    "long text": "return {'x': 'y' * 501}",
    "control character": r"return {'x': 'a\x00b'}",
    "half a character": r"return {'x': '\ud800'}",
    "reversed text": r"return {'x': 'a\u202eb'}",
    "many facts": "return {f'x{n}': n for n in range(10**6)}",
    "name with a space": "return {'x y': 1}",
    "long name": "return {'x' * 65: 1}",
    "number as a name": "return {1: 1}",
    "generator": "return (x for x in [1])",
    "endless": "import itertools\nreturn itertools.count()",
    "coroutine": "async def later(): ...\nreturn later()",
    "mock": "from unittest.mock import MagicMock\nreturn MagicMock()",
    "mock of a fact": "from unittest.mock import Mock\nreturn {'x': Mock()}",
    "class that only looks like text": "class T(str): ...\nreturn {'x': T('y')}",
}
RAISED = [
    "Exception",
    "BaseException",
    "SystemExit",
    "KeyboardInterrupt",
    "GeneratorExit",
    "RecursionError",
    "MemoryError",
    "StopIteration",
]
DEADLY = {
    "sleeps": "import time\ntime.sleep(60)",
    "loops": "while True: pass",
    "loops in C": "import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')",
    "locks itself": "import threading\nlock = threading.Lock()\nwith lock: lock.acquire()",
    "exits": "import os\nos._exit(1)",
    "crashes": "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
    "closes everything": "import os\nos.closerange(0, 1000)",
    "endless mapping": (
        "from collections.abc import Mapping\n"
        "class M(dict):\n"
        "    def items(self):\n"
        "        while True: pass\n"
        "return M()"
    ),
}


@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_costs_only_the_plugins_own_facts(load: Load, write: Write, body: str):
    write("a_odd", facts_code(body))
    write("weather", GOOD)
    plugins = load()
    assert plugins.gather_facts("grocer", purchase()) == {"weather": GOOD_FACTS}
    assert plugins.failures() == {("a_odd", "gather_facts"): 1}


@pytest.mark.parametrize("kind", RAISED)
def test_raising_costs_only_the_plugins_own_facts(load: Load, write: Write, kind: str):
    write("a_odd", facts_code(f"raise {kind}('secret of ada')"))
    write("weather", GOOD)
    plugins = load()
    assert plugins.gather_facts("grocer", purchase()) == {"weather": GOOD_FACTS}
    assert plugins.failures() == {("a_odd", "gather_facts"): 1}


@pytest.mark.parametrize("body", DEADLY.values(), ids=DEADLY.keys())
def test_what_kills_or_hangs_the_process_is_cut_off(load: Load, write: Write, body: str):
    hurt = indent(body, "    ")
    write("z_deadly", facts_code(f"if purchase.store == 'bad':\n{hurt}\nreturn {{'x': 1}}"))
    write("weather", GOOD)
    plugins = load(deadline=SHORT)
    whole = {"weather": GOOD_FACTS, "z_deadly": {"x": 1}}
    assert eventually(lambda: plugins.gather_facts("grocer", purchase()) == whole)
    before = plugins.failures().get(("z_deadly", "gather_facts"), 0)
    found = plugins.gather_facts("grocer", purchase("bad"))
    assert "z_deadly" not in found
    assert plugins.failures()["z_deadly", "gather_facts"] == before + 1
    assert eventually(lambda: plugins.gather_facts("grocer", purchase()) == whole)
    assert len(helpers()) == 1


def test_what_is_printed_goes_nowhere_and_hurts_nobody(load: Load, write: Write, capfd):
    loud = "import sys\nfor _ in range(100): print('x' * 10**6)\nprint('y', file=sys.stderr)\n"
    write("loud", facts_code(loud + "return {'x': 1}"))
    plugins = load()
    assert plugins.gather_facts("grocer", purchase()) == {"loud": {"x": 1}}
    assert capfd.readouterr() == ("", "")


def test_each_plugin_sees_the_purchase_as_it_was(load: Load, write: Write):
    write(
        "a_meddler",
        facts_code(
            "object.__setattr__(purchase, 'store', 'elsewhere')\n"
            "purchase.lines[0].attributes['organic'] = False\n"
            "return {}"
        ),
    )
    seen = "return {'store': purchase.store, **purchase.lines[0].attributes}"
    write("weather", facts_code(seen))
    mine = purchase()
    found = load().gather_facts("grocer", mine)
    assert found["weather"] == {"store": "high-street", "organic": True}
    assert mine == purchase()


def test_a_plugin_that_forks_answers_once(load: Load, write: Write):
    write("a_forks", facts_code("import os\nos.fork()\nreturn {'x': 1}"))
    write("weather", GOOD)
    plugins = load()
    for _ in range(3):
        found = plugins.gather_facts("grocer", purchase())
        assert found == {"a_forks": {"x": 1}, "weather": GOOD_FACTS}


def test_what_a_plugin_does_to_its_process_stays_there(load: Load, write: Write):
    write(
        "meddler",
        facts_code(
            "import decimal, os, random, signal, sys\n"
            "decimal.getcontext().prec = 1\nrandom.seed(1)\nos.environ['TZ'] = 'Asia/Tokyo'\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.chdir('/')\n"
            "sys.setrecursionlimit(50)\nreturn {'x': 1}"
        ),
    )
    before = os.environ.get("TZ"), Path.cwd(), sys.getrecursionlimit()
    assert load().gather_facts("grocer", purchase()) == {"meddler": {"x": 1}}
    assert (os.environ.get("TZ"), Path.cwd(), sys.getrecursionlimit()) == before


def test_after_five_failures_a_plugin_is_left_alone(load: Load, write: Write, tmp_path: Path):
    log = tmp_path / "asked"
    write("odd", facts_code(f"open({str(log)!r}, 'a').write('.')\nraise ValueError"))
    write("weather", GOOD)
    plugins = load()
    for _ in range(8):
        assert plugins.gather_facts("grocer", purchase()) == {"weather": GOOD_FACTS}
    assert log.read_text() == "....."
    assert plugins.failures() == {("odd", "gather_facts"): 5}


def test_failures_are_logged_without_what_the_plugin_says(load: Load, write: Write, caplog):
    path = write("odd", facts_code("raise ValueError('secret of ada')"))
    load().gather_facts("grocer", purchase())
    assert f"ValueError at {path.name}:4" in caplog.text
    assert "secret" not in caplog.text


def test_many_threads_each_get_their_own_answer(load: Load, write: Write):
    write("weather", GOOD)
    plugins = load()

    def ask(number: int) -> object:
        found = plugins.gather_facts("grocer", replace(purchase(), store=f"store-{number}"))
        return found["weather"]["at"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(200))) == [f"store-{number}" for number in range(200)]
    assert len(helpers()) == 1


def test_a_service_that_was_idle_since_its_start_answers_its_first_request(
    load: Load, write: Write, monkeypatch
):
    write("shop", guard_code("return None"))
    plugins = load()
    idle = 0.0
    monkeypatch.setattr(plugins._helper, "_monotonic", lambda: time.monotonic() + idle)
    plugins.warm_up()
    idle += 3600
    plugins.guard("grocer", "give_points", None, True)
    assert plugins.failures() == {}


def test_a_service_idle_since_it_started_another_helper_answers_its_next_request(
    load: Load, write: Write, monkeypatch, tmp_path: Path
):
    once = f"import os\nif not os.path.exists(p := {str(tmp_path / 'once')!r}):\n"
    write("shop", guard_code(once + "    open(p, 'w').close()\n    os._exit(1)"))
    plugins = load()
    idle = 0.0
    monkeypatch.setattr(plugins._helper, "_monotonic", lambda: time.monotonic() + idle)
    with pytest.raises(Forbidden):
        plugins.guard("grocer", "give_points", None, True)
    idle += 3600
    plugins.guard("grocer", "give_points", None, True)
    assert plugins.failures() == {("shop", "guard"): 1}


def test_a_helper_that_ends_between_two_requests_costs_neither(load: Load, write: Write):
    write("weather", GOOD)
    plugins = load()
    assert plugins.gather_facts("grocer", purchase()) == {"weather": GOOD_FACTS}
    [helper] = helpers()
    helper.kill()
    assert eventually(lambda: helper.status() == psutil.STATUS_ZOMBIE)
    assert plugins.gather_facts("grocer", purchase()) == {"weather": GOOD_FACTS}
    assert plugins.failures() == {}


def test_after_a_fork_parent_and_child_each_have_a_helper(load: Load, write: Write):
    write("weather", facts_code("import os\nreturn {'process': os.getpid()}"))
    plugins = load()
    mine = plugins.gather_facts("grocer", purchase())["weather"]["process"]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        theirs = plugins.gather_facts("grocer", purchase())["weather"]["process"]
        os.write(writer, str(theirs).encode())
        plugins.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reader, 20)) not in (mine, child, os.getpid())
    assert plugins.gather_facts("grocer", purchase())["weather"]["process"] == mine
    os.close(reader)
    os.close(writer)


def test_a_plugin_that_was_changed_on_disk_does_not_run_half_old_half_new(load: Load, write: Write):
    write("weather", GOOD)
    plugins = load()
    write("weather", GOOD.replace("True", "False"))
    assert plugins.gather_facts("grocer", purchase()) == {}
    assert plugins.failures() == {("weather", "gather_facts"): 1}


WORKER = """
import os, sys
from pathlib import Path
from loyalty_engine.plugin_loader import load_plugins
from tests.plugins.conftest import purchase
plugins = load_plugins(Path(sys.argv[1]), installed=False, deadline=3.0)
plugins.gather_facts("grocer", purchase())
print(plugins._helper._child.process.pid, flush=True)
plugins.gather_facts("grocer", purchase(sys.argv[2]))
sys.stdin.read()
"""


@pytest.mark.parametrize("store", ["high-street", "bad"])
def test_a_helper_does_not_outlive_a_worker_that_is_killed(folder: Path, write: Write, store: str):
    write("weather", facts_code("while purchase.store == 'bad': pass\nreturn {'x': 1}"))
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), store],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as worker:
        assert worker.stdout is not None
        helper = psutil.Process(int(worker.stdout.readline()))
        worker.kill()
        assert eventually(lambda: not helper.is_running())


def test_a_guard_that_lets_pass(load: Load, write: Write):
    write("age", guard_code("assert request.action == 'record_purchase'\nreturn None"))
    load().guard("grocer", "record_purchase", purchase(), True)


def test_the_first_refusal_counts_and_tells_why(load: Load, write: Write):
    write("a_age", guard_code("return None"))
    write("b_fraud", guard_code("return Refusal('ask the manager')"))
    write("c_more", guard_code("return Refusal('never')"))
    with pytest.raises(Forbidden, match=r"^ask the manager$") as refused:
        load().guard("grocer", "record_purchase", purchase(), False)
    assert refused.value.code == "refused_by_guard"
    assert refused.value.values == {"plugin": "b_fraud"}


def test_a_guard_knows_what_is_asked(load: Load, write: Write):
    write(
        "age",
        guard_code(
            "told = (request.program, request.action, request.spends, request.purchase)\n"
            "return Refusal(repr(told))"
        ),
    )
    with pytest.raises(Forbidden) as refused:
        load().guard("grocer", "adjust_points", None, True)
    assert refused.value.detail == "('grocer', 'adjust_points', True, None)"


BAD_GUARDS = {
    "raises": "raise ValueError",
    "ends the process": "import os\nos._exit(0)",
    "exits": "raise SystemExit",
    "says no": "return False",
    "says a text": "return 'no'",
    "refuses without a reason": "return Refusal('')",
    "refuses with control characters": r"return Refusal('no\x1b[31m')",
    "refuses at length": "return Refusal('no ' * 1000)",
}


@pytest.mark.parametrize("body", BAD_GUARDS.values(), ids=BAD_GUARDS.keys())
@pytest.mark.parametrize(
    ("policy", "earning", "spending"),
    [
        ("", True, False),
        ("GUARD_FAILS = 'refuse_spending'", True, False),
        ("GUARD_FAILS = 'refuse'", False, False),
        ("GUARD_FAILS = 'allow'", True, True),
    ],
)
def test_a_guard_that_fails_does_as_it_declares(
    load: Load, write: Write, body: str, policy: str, earning: bool, spending: bool
):
    write("odd", guard_code(body, policy))
    plugins = load()
    for spends, passes in ((False, earning), (True, spending)):
        if passes:
            plugins.guard("grocer", "record_purchase", purchase(), spends)
            continue
        with pytest.raises(Forbidden) as refused:
            plugins.guard("grocer", "record_purchase", purchase(), spends)
        assert refused.value.code == "guard_failed"
        assert "odd" in refused.value.detail
    assert plugins.failures() == {("odd", "guard"): 2}


def test_a_guard_that_hangs_refuses_spending_its_own_and_those_behind_it(load: Load, write: Write):
    write("a_hangs", guard_code("while True: pass", "GUARD_FAILS = 'allow'"))
    write("b_behind", guard_code("return None"))
    plugins = load(deadline=SHORT)
    plugins.guard("grocer", "record_purchase", purchase(), False)
    with pytest.raises(Forbidden) as refused:
        plugins.guard("grocer", "record_purchase", purchase(), True)
    assert refused.value.values == {"plugin": "b_behind"}


def test_a_guard_left_alone_after_failures_still_refuses_spending(load: Load, write: Write):
    write("odd", guard_code("raise ValueError"))
    plugins = load()
    for _ in range(7):
        with pytest.raises(Forbidden):
            plugins.guard("grocer", "record_purchase", purchase(), True)
    assert plugins.failures() == {("odd", "guard"): 5}


def test_a_refusal_from_one_counts_though_another_has_failed(load: Load, write: Write):
    write("a_odd", guard_code("raise ValueError", "GUARD_FAILS = 'refuse'"))
    write("b_fraud", guard_code("return Refusal('ask the manager')"))
    with pytest.raises(Forbidden, match="ask the manager"):
        load().guard("grocer", "record_purchase", purchase(), True)


def test_requests_go_on_while_one_waits_for_a_hanging_plugin(load: Load, write: Write):
    write("weather", facts_code("while purchase.store == 'bad': pass\nreturn {'x': 1}"))
    plugins = load(deadline=SHORT)
    stores = ["bad", *["high-street"] * 7]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda it: plugins.gather_facts("grocer", purchase(it)), stores))
    assert found[0] == {}
    assert all(each in ({}, {"weather": {"x": 1}}) for each in found)
    assert eventually(lambda: plugins.gather_facts("grocer", purchase()))
