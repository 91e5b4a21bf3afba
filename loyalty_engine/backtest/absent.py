"""What a past that is played again does not have, as the use cases ask for it."""

from collections.abc import Sequence
from datetime import datetime

from loyalty_engine.ports import Hold, Membership, Reservation


class Absent:
    """Nothing is set aside, and everybody has an account of their own."""

    def due_holds(self, member: int, now: datetime) -> Sequence[Hold]:
        """Holds that have lapsed."""
        return ()

    def due_reservations(self, member: int, now: datetime) -> Sequence[Reservation]:
        """Reservations that have lapsed."""
        return ()

    def deeds(self, member: int) -> Sequence[tuple[str, datetime]]:
        """What a member did beside purchases."""
        return ()

    def memberships(self, member: int) -> Sequence[Membership]:
        """The households that a member has belonged to."""
        return ()
