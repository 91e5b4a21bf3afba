"""What is answered about why rules did or did not apply."""

from marshmallow.fields import Boolean, Dict, List, Nested, Raw, String

from loyalty_engine.api.schemas.challenges import Steps
from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Id, Whole
from loyalty_engine.api.schemas.receipts import RuleTold, Totals

MEASURES = (
    "minor (units of money), milli (thousandths of a product), count (purchases), days, seconds, "
    "or tier"
)


class LanguageQuery(Shape):
    """How an explanation is wanted."""

    language = Id(
        metadata={"description": "A BCP 47 tag; else Accept-Language, else the member's language."}
    )
    rule = Id(metadata={"description": "Only this rule, with all its conditions."})


class Near(Shape):
    """How far a condition is from holding, or an effect from giving anything."""

    short_by = Whole(1, required=True)
    what = String(required=True, metadata={"description": MEASURES})
    says = String(required=True)


class Failed(Shape):
    """What stood in a rule's way: the first condition that failed, or the selector of lines.

    Or the effect, where there is too little for it to give anything.
    """

    word = String(required=True)
    wanted = String(required=True, metadata={"description": "In words, and how much is missing."})
    arguments = Dict(String(), Raw(), required=True)
    at = String(required=True, metadata={"description": "File, line and column."})
    actual = String(metadata={"description": "What there was instead, in words."})
    found = Raw(
        allow_none=True,
        metadata={"description": "What there was instead, as a value; null for nothing."},
    )
    near = Nested(Near)


class Limited(Shape):
    """The limit that cut a rule, what was left of it before, and what is left now."""

    says = String()
    ceiling = Whole(0)
    before = Whole(0)
    left = Whole(0)


class Would(Shape):
    """What the rule would do at so much more, or if only what failed were so. It was decided."""

    status = String(required=True)
    points = Dict(String(), Whole(), required=True)
    discount = Whole(0, required=True)
    by = String(metadata={"description": "The rule that would stand above it."})
    limit = String(metadata={"description": "The limit that would cut it."})
    limited = Nested(Limited)
    short_by = Whole(1)
    what = String(metadata={"description": MEASURES})
    says = String(metadata={"description": "Such as: €3.20 more gives 50 points."})


class ConditionJudged(Shape):
    """A condition within a group."""

    word = String(required=True)
    says = String(required=True)
    holds = Boolean(required=True, allow_none=True)
    at = String(required=True)
    actual = String()
    parts = List(Raw(), metadata={"description": "The conditions within a group, like this one."})


class RuleExplained(RuleTold):
    """Why one rule did or did not apply, to the word of its file."""

    lane = String(required=True)
    says = String(required=True, metadata={"description": "The rule's title."})
    at = String(required=True, metadata={"description": "File, line and column."})
    gives = String(metadata={"description": "What it gives, in words, where that is anything."})
    failed = Nested(Failed)
    would = Nested(Would)
    by_title = String(metadata={"description": "The title of the rule that stood in the way."})
    limited = Nested(Limited)
    conditions = List(
        Nested(ConditionJudged), metadata={"description": "Where one rule is asked for."}
    )


class NearMiss(Shape):
    """A near miss that would give something, in one sentence."""

    rule = String(required=True)
    says = String(required=True)


class Reasons(Shape):
    """Why each rule did or did not apply."""

    language = String(required=True)
    rulebook = String(required=True)
    rules = List(Nested(RuleExplained), required=True)
    nearest = List(Nested(NearMiss), required=True)
    bounded = Dict(
        String(),
        Whole(0),
        metadata={
            "description": "By lane with more promotions than could be tried in every combination, "
            "how much more another combination could give at most, in minor units."
        },
    )


class SuppositionExplained(Reasons):
    """Why each rule would or would not apply, and what the purchase would bring."""

    member = String(required=True, allow_none=True)
    points = Dict(String(), Whole(), required=True)
    totals = Nested(Totals, required=True)


class ChallengeExplained(Shape):
    """Whether a purchase counts for a challenge: how much at first, what of it is kept, or why not."""

    challenge = String(required=True)
    title = String(required=True)
    status = String(
        required=True,
        metadata={"enum": ["counted", "not_met", "not_entered", "had_elsewhere", "not_live"]},
    )
    counted = Steps()
    kept = Steps()
    missing = String()


class Explanation(Reasons):
    """Why each rule did or did not apply to a purchase, decided once more as it was."""

    member = String(required=True, allow_none=True)
    purchase = String(required=True)
    revision = Whole(1, required=True)
    same = Boolean(
        required=True, metadata={"description": "Whether it came out as it is stored, to the byte."}
    )
    challenges = List(Nested(ChallengeExplained))


class EventExplanation(Reasons):
    """Why each rule about events did or did not apply, decided once more as it was."""

    member = String(required=True, allow_none=True)
    event = String(required=True)
    same = Boolean(
        required=True, metadata={"description": "Whether it came out as it is stored, to the byte."}
    )
    challenges = List(Nested(ChallengeExplained))
