"""Many purchases at once, and what became of each."""

from marshmallow.fields import List, Nested, String

from loyalty_engine.api.schemas.containers import Shape
from loyalty_engine.api.schemas.fields import Whole
from loyalty_engine.api.schemas.receipts import Receipt


class BatchProblem(Shape):
    """Why one purchase of a batch was refused."""

    code = String(required=True)
    detail = String(required=True)
    pointer = String(required=True, allow_none=True)


class BatchResult(Shape):
    """What became of one purchase: the status it would have got alone, and why."""

    purchase = String(required=True)
    status = Whole(200, 599, required=True)
    receipt = Nested(Receipt)
    problem = Nested(BatchProblem)


class BatchResults(Shape):
    """One result for each purchase, in the order in which they were sent."""

    results = List(Nested(BatchResult), required=True)
