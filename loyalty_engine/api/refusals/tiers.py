"""Tiers."""

from loyalty_engine.api.refusals.kind import Kind

REFUSALS = {
    "tier_unknown": Kind("The programme has no such tier", "tiers.yaml names those there are."),
    "grant_ends_first": Kind(
        "The tier would end before it begins", "Check `from` and `until`, and their offsets."
    ),
}
