"""Campaigns that no rule uses, and limits of theirs that nothing reaches or that stop a rule."""

from collections.abc import Iterator, Sequence
from typing import Final

from loyalty_engine.domain.limits import Campaign, Limit, Measure, Scope, Short
from loyalty_engine.rulebook.checks.idle_limits import before, cost_of, most_of, named
from loyalty_engine.rulebook.findings import Finding, Level
from loyalty_engine.rulebook.ground import Ground
from loyalty_engine.rulebook.rule import Rule

NAME: Final = "campaigns"


def check(ground: Ground) -> Iterator[Finding]:
    """Look at each campaign with the rules that belong to it and still apply."""
    for campaign in ground.program.campaigns.values():
        place = ground.place("campaigns", campaign.name)
        every = [rule for rule in ground.rules if rule.campaign == campaign.name]
        rules = [rule for rule in every if not ground.is_over(rule) and ground.situations(rule)]
        if not rules:
            text = "all rules are over or never apply" if every else "no rule belongs to it"
            yield Finding(NAME, Level.WARNING, place, f"campaign '{campaign.name}': {text}")
            continue
        for limit in campaign.limits:
            if text := _idle(ground, campaign, limit, rules):
                text = f"campaign '{campaign.name}': the limit of {named(limit)} {text}"
                yield Finding(NAME, Level.WARNING, place, text)
            yield from _stopped(campaign, limit, rules)


def _idle(ground: Ground, campaign: Campaign, limit: Limit, rules: Sequence[Rule]) -> str:
    """Why a limit does nothing; empty where it may do something."""
    if limit.scope is Scope.CODE and not any(ground.rulebook.codes_of(rule) for rule in rules):
        return "counts for each voucher, and none of its rules asks for one"
    known = [most for rule in rules if (most := _counts(ground, limit.measure, rule)) is not None]
    all_known = len(known) == len(rules)
    if all_known and not any(known):
        return f"counts {limit.measure}, and none of its rules gives any"
    most = 1 if limit.measure is Measure.USES else sum(known)
    if all_known and limit.scope is Scope.PURCHASE and most <= limit.ceiling:
        return "is never reached: no purchase counts more than it allows"
    if other := before(limit, campaign.limits):
        return f"is never reached: that of {named(other)} is before it"
    return ""


def _counts(ground: Ground, measure: Measure, rule: Rule) -> int | None:
    """What a purchase counts against a limit at most by a rule; None without end."""
    if measure is Measure.USES:
        return 1
    if measure is Measure.LIABILITY:
        return cost_of(rule, ground.program)
    most = most_of(rule)
    return most.points if measure is Measure.POINTS else most.money


def _stopped(campaign: Campaign, limit: Limit, rules: Sequence[Rule]) -> Iterator[Finding]:
    """The rules that give more each time than the whole limit lets through."""
    if limit.measure is not Measure.POINTS:
        return
    for rule in rules:
        most = most_of(rule)
        if most.always and most.points is not None and most.points > limit.ceiling:
            refuses = limit.short is Short.REFUSE
            level = Level.ERROR if refuses else Level.WARNING
            does = "refuses the rule each time" if refuses else "always cuts the rule short"
            text = f"the limit of {named(limit)} of campaign '{campaign.name}' {does}"
            yield Finding(NAME, level, rule.place, f"{text}: it gives {most.points}")
