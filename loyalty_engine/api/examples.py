"""Examples for the document; a test sends every one of them."""

from typing import Any

PURCHASE_EXAMPLE: dict[str, Any] = {
    "member": "ada",
    "occurred_at": "2026-03-05T10:12:00+01:00",
    "store": "lyon-2",
    "touchpoint": "till",
    "currency": "EUR",
    "lines": [
        {
            "id": "1",
            "sku": "COF-250",
            "category": "grocery/coffee",
            "brand": "Moka",
            "quantity": 2,
            "unit_price": 450,
            "discount": 0,
            "tax": 47,
            "attributes": {"organic": True},
        }
    ],
    "payments": [{"method": "card", "amount": 900}],
}
