"""The page for customer service names calls and refusals that are there."""

from __future__ import annotations

import re

from loyalty_engine.api.app import all_calls
from loyalty_engine.api.refusals import KINDS
from tests.docs.reading import ROOT

PAGE = (ROOT / "docs/support.md").read_text()


def test_every_call_is_there():
    known = {
        (call.method, re.sub(r"<\w+:(\w+)>", r"{\1}", call.rule))
        for calls in all_calls()
        for call in calls.declared
    }
    named = re.findall(r"`(GET|PUT|POST|DELETE) (/v1/[^`?]+)", PAGE)
    assert len(named) > 15
    assert [it for it in named if it not in known] == []
    short = re.findall(r"`(?:GET |POST )?\.\.\.(/[\w-]+)", PAGE)
    assert [it for it in short if not any(path.endswith(it) for _, path in known)] == []


def test_every_refusal_is_there():
    named = re.findall(r"409 `(\w+)`", PAGE)
    assert named
    assert [it for it in named if it not in KINDS] == []
