"""Small parts that several answers about purchases have."""

from marshmallow.fields import String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Whole


class PointsOfUnit(Shape):
    """Points of one unit: given, of them pending, and what the rules would have given."""

    granted = Whole(required=True)
    pending = Whole(required=True)
    desired = Whole(required=True)


class Flag(Shape):
    """Something somebody should look at; nothing was refused for it."""

    code = String(required=True)
    detail = String(required=True)
