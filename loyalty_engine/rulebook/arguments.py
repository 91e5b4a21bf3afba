"""The types a word's fields can have; each is read from a rule file's raw text in its own way.

Beside these a field can be `str`, `int`, `bool`, `Fraction` (a decimal such as 1.5), `date`,
`time`, a `StrEnum`, any of them `| None`, and `tuple[X, ...]` for a list of X, where a single
value may stand without brackets.
"""

from typing import NewType

Minor = NewType("Minor", int)
"""An amount of money, written in major units (`50.00`), held in minor units (5000)."""

Milli = NewType("Milli", int)
"""A quantity, written with up to three decimals (`0.5`), held in thousandths (500)."""

Percent = NewType("Percent", int)
"""A percentage from 0 to 100 with up to two decimals (`12.5`), held in basis points (1250)."""

Weekday = NewType("Weekday", int)
"""A day of the week (`mon` to `sun`), held as 0 to 6."""

TierName = NewType("TierName", str)
"""A tier that the programme declares."""

UnitName = NewType("UnitName", str)
"""A unit of points that the programme declares."""

AttributeName = NewType("AttributeName", str)
"""A member attribute that the programme declares."""

TouchpointName = NewType("TouchpointName", str)
"""A touchpoint that the programme declares."""

VoucherName = NewType("VoucherName", str)
"""A kind of voucher, by the name of its file under `vouchers/`."""

SegmentName = NewType("SegmentName", str)
"""A segment of members, by the name of its file under `segments/`."""

EventName = NewType("EventName", str)
"""A kind of event that the programme declares."""

CategoryPath = NewType("CategoryPath", str)
"""A path in the category tree, parts divided by slashes: `grocery/coffee`."""

Sku = NewType("Sku", str)
"""A product's id, compared exactly."""

BrandName = NewType("BrandName", str)
"""A brand, compared exactly."""

Text = NewType("Text", str)
"""A sentence for members: one text, or a text for each language of the programme, held as JSON
with sorted keys so that the word stays hashable."""
