"""Purchases as tills tell of them: quoted, reserved, recorded, claimed, delivered, shown."""
