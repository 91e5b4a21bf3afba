"""Writing households: opened, joined and left."""

from sqlalchemy import delete, select, update

from loyalty_engine.domain.tiers import State
from loyalty_engine.ports import Address, Invitation, Membership
from loyalty_engine.storage.sql.inserts import Rows, insert_one, upsert
from loyalty_engine.storage.sql.instants import micros, micros_or_none
from loyalty_engine.storage.sql.reading.room import here
from loyalty_engine.storage.sql.rows.members import state_text
from loyalty_engine.storage.sql.statements import Statement, var
from loyalty_engine.storage.sql.tables import (
    accounts,
    households,
    invitations,
    members,
    memberships,
)
from loyalty_engine.storage.sql.writing.members import WritesMembers

_ADD_ACCOUNT = insert_one(accounts)
_ADD = insert_one(households)
_MEMBERSHIPS = Rows(memberships, upsert(memberships))
_INVITATIONS = Rows(invitations, upsert(invitations))
_CHANGED = Statement(
    update(households)
    .where(here(households), households.c.account == var("p_account"))
    .values(changed_at=var("p_at")),
    "p_program",
    "p_account",
    "p_at",
)
_OF_HOUSEHOLD = select(memberships.c.member).where(
    here(memberships),
    memberships.c.account == var("p_account"),
    memberships.c.until.is_(None),
)
_SHARE_TIER = Statement(
    update(members)
    .where(here(members), members.c.member.in_(_OF_HOUSEHOLD.correlate(None)))
    .values(tier=var("p_tier"), tier_due=var("p_due"), tier_state=var("p_state")),
    "p_program",
    "p_account",
    "p_tier",
    "p_due",
    "p_state",
)
_UNINVITE = Statement(
    delete(invitations).where(
        here(invitations),
        invitations.c.account == var("p_account"),
        invitations.c.member == var("p_member"),
    ),
    "p_program",
    "p_account",
    "p_member",
)


class WritesHouseholds(WritesMembers):
    """Households."""

    def open_household(self, account: int, household: str) -> None:
        self.add_address(Address("household", household), account)
        self._wire.tell(_ADD_ACCOUNT, (self.program, account, 0, 0))
        now = micros(self.now)
        self._wire.tell(_ADD, (self.program, account, household, now, now))

    def household_changed(self, account: int) -> None:
        self._wire.tell(_CHANGED, (self.program, account, micros(self.now)))

    def share_tier(self, account: int, state: State) -> None:
        due, text = micros_or_none(state.due), state_text(state)
        self._wire.tell(_SHARE_TIER, (self.program, account, state.tier, due, text))

    def save_membership(self, membership: Membership) -> None:
        it = membership
        row = (self.program, it.member, micros(it.since), it.account, micros_or_none(it.until))
        for statement, values in _MEMBERSHIPS.batches([row]):
            self._wire.tell(statement, values)

    def save_invitation(self, invitation: Invitation) -> None:
        it = invitation
        row = (self.program, it.account, it.member, it.by_member, micros(it.expires_at))
        for statement, values in _INVITATIONS.batches([row]):
            self._wire.tell(statement, values)

    def uninvite(self, account: int, member: int) -> None:
        self._wire.tell(_UNINVITE, (self.program, account, member))
