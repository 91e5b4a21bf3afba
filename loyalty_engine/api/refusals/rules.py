"""Programmes, their rules, and the plugins that have a say."""

from loyalty_engine.api.refusals.kind import Kind

REFUSALS = {
    "check_too_long": Kind(
        "The rules are too large to be checked within a request",
        "Run `loyalty rules check` where the files are; it takes the time it needs.",
    ),
    "rule_unknown": Kind(
        "There is no such rule", "`GET /v1/rules` names those of the rulebook in force."
    ),
    "program_unknown": Kind(
        "There is no such programme",
        "Its folder under rules/ is missing or has faults; `loyalty rules check` tells.",
    ),
    "rulebook_unknown": Kind(
        "There is no such rulebook", "Only rulebooks that were in force are kept."
    ),
    "refused_by_guard": Kind(
        "A plugin of the retailer's refuses this",
        "`detail` is the plugin's reason; `values.plugin` names it.",
    ),
    "guard_failed": Kind(
        "A plugin that has to agree gives no answer",
        "Tell the operator; `values.plugin` names it. Later the same request may pass.",
    ),
}
