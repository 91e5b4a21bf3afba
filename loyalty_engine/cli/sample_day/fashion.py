"""The fashion house's day: fewer purchases, larger ones, and members made by their first."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from loyalty_engine.cli.sample_day.plan import Ask, Chance, Day, Product, at

ZONE = ZoneInfo("Europe/Paris")
OPENS, CLOSES = 10 * 60, 19 * 60 + 30
PURCHASES = 24

NAMES = (
    "adele", "baptiste", "camille", "elodie", "gaspard", "iris", "jules", "lea", "manon", "noemie",
    "olivier", "yasmine",
)  # fmt: skip
RACK = (
    Product("ROBE-12", "femme/robes", 7900),
    Product("VESTE-4", "homme/vestes", 18900),
    Product("MANTEAU-7", "femme/manteaux", 24900, attributes={"collection": "AH26"}),
    Product("CHEMISE", "homme/chemises", 5900),
    Product("TEE-BLANC", "femme/tee-shirts", 2500),
    Product("FOULARD", "accessoires/foulards", 4900),
    Product("GANTS", "accessoires/gants", 3900),
    Product("CEINTURE", "accessoires/ceintures", 2500),
    Product("OURLET", "atelier/retouches", 1000),
)


def fashion_day(day: date) -> Day:
    """Everything that is sent on the fashion house's day."""
    chance = Chance("fashion", day)
    times = sorted(chance.between(OPENS, CLOSES - 60) for _ in range(PURCHASES))
    asks = [_purchase(day, place, minutes) for place, minutes in enumerate(times, 1)]
    for place, number in enumerate(chance.some_of(range(PURCHASES), 3), 1):
        bought = asks[number]
        assert bought.body is not None, "a purchase has a body"
        lines = [{"line": "1", "quantity": 1}]
        body = {"occurred_at": at(day, CLOSES, ZONE), "lines": lines}
        asks.append(Ask("returns", "PUT", f"{bought.path}/returns/R-{place}", body))
    return Day("fashion", tuple(asks))


def _purchase(day: date, place: int, minutes: int) -> Ask:
    name = f"F-{day:%Y%m%d}-{place:03}"
    chance = Chance("fashion", name)
    body: dict[str, Any] = {
        "occurred_at": at(day, minutes, ZONE),
        "store": chance.one_of(("lyon-2", "paris-7")),
        "touchpoint": chance.one_of(("boutique", "boutique", "site", "appli")),
        "currency": "EUR",
        "lines": [
            product.line(number, chance.between(1, 3) if product.price < 3000 else 1)
            for number, product in enumerate(chance.some_of(RACK, chance.between(1, 3)), 1)
        ],
    }
    if place % 8:
        body["member"] = NAMES[place % len(NAMES)]
    return Ask("purchases", "PUT", f"/v1/purchases/{name}", body)
