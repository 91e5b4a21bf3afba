"""Tiers that nobody climbs to."""

from collections.abc import Iterator, Mapping
from typing import Final

from loyalty_engine.domain.tiers import SPEND, TENURE, VISITS
from loyalty_engine.rulebook.earning import units_given
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.parsing.parse import TIERS_FILE

NAME: Final = "unreachable-tiers"


def check(ground: Ground) -> Iterator[Finding]:
    """Find tiers that need what nobody has, or no less than a higher one."""
    scheme, given = ground.program.tiers, units_given(ground)
    measures = None if given is None else {SPEND, VISITS, TENURE, *given}
    for rank, tier in enumerate(scheme.tiers[1:], 1):
        place = ground.place("tiers", tier.name, file=TIERS_FILE)
        if not tier.needs:
            text = f"the tier '{tier.name}' needs nothing, so it is only given by hand"
            yield Finding(NAME, Level.NOTE, place, text)
            continue
        lacking = [it for it in tier.needs if measures is not None and it not in measures]
        if lacking and (scheme.needs_all or len(lacking) == len(tier.needs)):
            text = f"nobody reaches the tier '{tier.name}': no rule gives '{lacking[0]}'"
            yield Finding(NAME, Level.WARNING, place, text)
        for higher in scheme.tiers[rank + 1 :]:
            if higher.needs and _needs_no_more(higher.needs, tier.needs, every=scheme.needs_all):
                text = f"nobody stays in the tier '{tier.name}': whoever earns it earns '{higher.name}'"
                yield Finding(NAME, Level.WARNING, place, text)
                break


def _needs_no_more(higher: Mapping[str, int], lower: Mapping[str, int], *, every: bool) -> bool:
    """Whether whatever earns the lower tier earns the higher one."""
    if every:
        return all(lower.get(measure, 0) >= amount for measure, amount in higher.items())
    return all(measure in higher and amount >= higher[measure] for measure, amount in lower.items())
