"""The grocer's day: forty regulars, a few who join, guests, returns, a slip at the till."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from loyalty_engine.cli.sample_day.plan import Ask, Chance, Day, Product, at

ZONE = ZoneInfo("Europe/London")
OPENS, CLOSES = 7 * 60 + 30, 20 * 60 + 45
PURCHASES, GUESTS, MONTHS = 96, 14, 3
BEST, TEA_ROOMS = 12, 2
"""So many of the regulars shop for a whole month at a time, and stand higher for it."""

NAMES = (
    "abigail", "adam", "alice", "amir", "beth", "callum", "chloe", "daniel", "dilys", "edith",
    "elena", "ewan", "farah", "fergus", "gareth", "grace", "hannah", "harry", "imogen", "isaac",
    "jade", "joseph", "kiran", "leah", "lewis", "maisie", "mei", "morgan", "nadia", "noah",
    "olive", "oscar", "priya", "rhys", "rosa", "samuel", "tara", "tomasz", "winston", "zara",
)  # fmt: skip

SHELF = (
    Product("MILK-1L", "fresh/dairy", 135),
    Product("CHEDDAR", "fresh/dairy", 420, "Somerset"),
    Product("EGGS-12", "fresh/eggs", 310),
    Product("APPLES", "fresh/fruit", 220),
    Product("STRAWBERRIES", "fresh/fruit", 300),
    Product("TOMATOES", "fresh/vegetables", 180),
    Product("CARROTS", "fresh/vegetables", 95),
    Product("SALMON", "fresh/fish", 750),
    Product("CHICKEN", "fresh/meat", 620),
    Product("BURGERS", "fresh/meat", 800),
    Product("BREAD-RYE", "bakery/bread", 280),
    Product("CAKE", "bakery/cakes", 600),
    Product("RICE", "grocery/rice", 200),
    Product("PASTA", "grocery/pasta", 150),
    Product("COF-250", "grocery/coffee/ground", 450, "Moka"),
    Product("OIL-OLIVE-1L", "grocery/oil", 800),
    Product("OATS-REFILL", "grocery/cereals", 300, attributes={"refill": True}),
    Product("NAPPIES-3", "baby/nappies", 900),
    Product("COLA", "drinks/soft", 150),
    Product("BEER-4", "drinks/beer", 640),
    Product("WINE", "drinks/wine", 950),
    Product("SOAP", "household/soap", 250),
)
CUP = Product("CUP-FLAT-WHITE", "coffee-bar/hot-drinks", 260)
DIESEL = Product("DIESEL", "fuel/diesel", 145)
STORES = ("bath-1", "bristol-2", "wells-1")


def grocer_day(day: date) -> Day:
    """Everything that is sent on the grocer's day."""
    return Day("grocer", tuple(_Making(day).asks()))


@dataclass(slots=True)
class _Making:
    day: date
    sent: list[Ask] = field(default_factory=list)
    recorded: list[dict[str, Any]] = field(default_factory=list)

    def asks(self) -> list[Ask]:
        """Members first, then the months before, then the day from morning to night."""
        for place, name in enumerate(NAMES):
            self._enrol(name, place)
        self._months_before()
        chance = Chance("grocer", self.day, "times")
        times = sorted(chance.between(OPENS, CLOSES - 60) for _ in range(PURCHASES))
        guests = set(chance.some_of(range(PURCHASES), GUESTS))
        for place, minutes in enumerate(times, 1):
            self._purchase(place, minutes, guest=place - 1 in guests)
        self._after_the_day()
        return self.sent

    def _enrol(self, name: str, place: int) -> None:
        chance = Chance("grocer", name)
        born = date(1950 + chance.upto(55), 1, 1) + timedelta(days=chance.upto(364))
        profile = {
            "enrolled_at": at(date(2024, 9, 2) + timedelta(days=chance.upto(300)), 600, ZONE),
            "identifiers": [{"kind": "card", "value": f"6330{place + 1001:08}"}],
            "attributes": {
                "birthday": born.isoformat(),
                "household_size": chance.between(1, 5),
            },
        }
        self.sent.append(Ask("members", "PUT", f"/v1/members/{name}", profile))

    def _months_before(self) -> None:
        """What the best customers bought in the months before, as a till sends it in one batch."""
        months = [self.day.replace(day=1)]
        for _ in range(MONTHS):
            months.append((months[-1] - timedelta(days=1)).replace(day=1))
        purchases = [
            self._month(name, place, month)
            for month in reversed(months[1:])
            for place, name in enumerate(NAMES[:BEST])
        ]
        self.sent.append(Ask("batches", "POST", "/v1/purchases/batch", {"purchases": purchases}))

    def _month(self, name: str, place: int, month: date) -> dict[str, Any]:
        """A month's shopping of one of the best; the first of them keep a tea room."""
        chance = Chance("grocer", name, month)
        least, most = (32, 48) if place < TEA_ROOMS else (9, 17)
        return {
            "purchase": f"G-{month:%Y%m}-{name}",
            "member": name,
            "occurred_at": at(
                month + timedelta(days=chance.upto(27)), chance.between(600, 1100), ZONE
            ),
            "store": "bath-1",
            "touchpoint": "till",
            "currency": "GBP",
            "lines": [
                product.line(number, chance.between(least, most))
                for number, product in enumerate(chance.some_of(SHELF, 8), 1)
            ],
        }

    def _purchase(self, place: int, minutes: int, *, guest: bool) -> None:
        name = f"G-{self.day:%Y%m%d}-{place:03}"
        chance = Chance("grocer", name)
        body: dict[str, Any] = {
            "occurred_at": at(self.day, minutes, ZONE),
            "store": chance.one_of(STORES),
            "touchpoint": chance.one_of(("till", "till", "self_checkout", "web")),
            "currency": "GBP",
            "lines": self._basket(chance, minutes),
        }
        if not guest:
            member = NAMES[place % len(NAMES)] if place <= len(NAMES) else chance.one_of(NAMES)
            body["member"] = member
            if member in NAMES[:BEST] and chance.happens(40):
                body["spend"] = {"points": 100}
        if place % 12 == 5 and not guest:
            self.sent.append(Ask("quotes", "POST", "/v1/quotes", body))
        self.sent.append(Ask("purchases", "PUT", f"/v1/purchases/{name}", body))
        self.recorded.append({"purchase": name, "minutes": minutes, **body})

    def _basket(self, chance: Chance, minutes: int) -> list[dict[str, Any]]:
        if minutes < 10 * 60 and chance.happens(30):
            return [CUP.line(1, chance.between(1, 4))]
        if chance.happens(5):
            return [DIESEL.line(1, f"{chance.between(20, 50)}.{chance.upto(9)}")]
        size = chance.between(6, 12) if chance.happens(25) else chance.between(1, 5)
        return [
            product.line(place, chance.between(1, 3))
            for place, product in enumerate(chance.some_of(SHELF, size), 1)
        ]

    def _after_the_day(self) -> None:
        """In the last hour goods come back, the office mends a slip, a guest takes a card."""
        members = [
            it for it in self.recorded if "member" in it and it["lines"][0]["sku"] != "DIESEL"
        ]
        chance = Chance("grocer", self.day, "after")
        chosen = chance.some_of(members, 10)
        for place, bought in enumerate(chosen[:8], 1):
            line = chance.one_of(bought["lines"])
            back = {"line": line["id"], "quantity": chance.between(1, line["quantity"])}
            path = f"/v1/purchases/{bought['purchase']}/returns/R-{place}"
            body = {"occurred_at": at(self.day, CLOSES, ZONE), "lines": [back]}
            self.sent.append(Ask("returns", "PUT", path, body))
        self._correct(chosen[8])
        self._cancel(chosen[9])
        self._join()

    def _correct(self, bought: dict[str, Any]) -> None:
        """A unit was scanned once too often: revision 2 says what was bought."""
        first, *others = bought["lines"]
        body = {key: bought[key] for key in bought if key not in {"purchase", "minutes"}}
        more = {**first, "quantity": first["quantity"] + 1}
        fixed = body | {"lines": [more, *others], "revision": 2}
        self.sent.append(Ask("corrections", "PUT", f"/v1/purchases/{bought['purchase']}", fixed))

    def _cancel(self, bought: dict[str, Any]) -> None:
        path = f"/v1/purchases/{bought['purchase']}/cancel"
        body = {"occurred_at": at(self.day, CLOSES, ZONE)}
        self.sent.append(
            Ask("cancellations", "POST", path, body, key=f"cancel-{bought['purchase']}")
        )

    def _join(self) -> None:
        """A guest becomes a member, and the purchase of the day becomes the member's."""
        bought = next(it for it in self.recorded if "member" not in it)
        name = f"newcomer-{self.day:%Y%m%d}"
        profile = {"enrolled_at": at(self.day, bought["minutes"], ZONE), "touchpoint": "till"}
        self.sent.append(Ask("members", "PUT", f"/v1/members/{name}", profile))
        self.sent.append(
            Ask(
                "claims", "POST", f"/v1/purchases/{bought['purchase']}/claim", {"member": name},
                key=f"claim-{bought['purchase']}", with_secret_of=bought["purchase"],
            )
        )  # fmt: skip
