"""Points that pay: as tender, held at a till, for rewards."""
