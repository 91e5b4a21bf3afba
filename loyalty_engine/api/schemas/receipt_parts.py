"""Small parts that several answers about purchases have."""

from marshmallow.fields import String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import points


class PointsOfUnit(Shape):
    """Points of one unit: given, of them pending, and what the rules would have given."""

    granted = points(required=True)
    pending = points(required=True)
    desired = points(required=True)


class Flag(Shape):
    """Something somebody should look at; nothing was refused for it."""

    code = String(required=True)
    detail = String(required=True)
