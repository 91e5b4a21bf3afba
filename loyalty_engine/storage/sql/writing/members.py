"""Writing members, their addresses and tiers."""

from collections.abc import Sequence

from sqlalchemy import delete, update

from loyalty_engine.domain.tiers import Grant, Standing
from loyalty_engine.ports import Address, MemberRecord, Taken
from loyalty_engine.storage.sql.inserts import Rows, insert_one, upsert
from loyalty_engine.storage.sql.instants import micros, micros_or_none
from loyalty_engine.storage.sql.reading.room import Room, here
from loyalty_engine.storage.sql.rows.members import member_row
from loyalty_engine.storage.sql.statements import Statement, Values, var
from loyalty_engine.storage.sql.tables import accounts, addresses, members, standings, tier_grants


def _taken(values: Values) -> Exception:
    return Taken(str(values[1]), str(values[2]))


_ADD_ADDRESS = insert_one(addresses, unique=_taken)
_REMOVE_ADDRESS = Statement(
    delete(addresses).where(
        here(addresses), addresses.c.kind == var("p_kind"), addresses.c.value == var("p_value")
    ),
    "p_program",
    "p_kind",
    "p_value",
)
_ADD_ACCOUNT = insert_one(accounts)
_ADD_MEMBER = insert_one(members)
_SET = [it.name for it in members.columns if it.name not in {"program", "member"}]
_SAVE_MEMBER = Statement(
    update(members)
    .where(here(members), members.c.member == var("p_member"))
    .values({name: var(f"p_{name}") for name in _SET}),
    "p_program",
    "p_member",
    *[f"p_{name}" for name in _SET],
)
_FORGET_STANDINGS = Statement(
    delete(standings).where(here(standings), standings.c.member == var("p_member")),
    "p_program",
    "p_member",
)
_STANDINGS = Rows(standings)
_GRANTS = Rows(tier_grants, upsert(tier_grants))


class WritesMembers(Room):
    """Members and what is known of them."""

    def add_address(self, address: Address, member: int) -> None:
        self._wire.tell(_ADD_ADDRESS, (self.program, address.kind, address.value, member))

    def remove_address(self, address: Address) -> None:
        self._wire.tell(_REMOVE_ADDRESS, (self.program, address.kind, address.value))

    def add_member(self, member: MemberRecord) -> None:
        if member.account == member.number:
            self._wire.tell(_ADD_ACCOUNT, (self.program, member.account, member.version, 0))
        self._wire.tell(_ADD_MEMBER, member_row(self.program, member))

    def save_member(self, member: MemberRecord) -> None:
        self._wire.tell(_SAVE_MEMBER, member_row(self.program, member), touches=1)

    def replace_standings(self, member: int, standings: Sequence[Standing]) -> None:
        self._wire.tell(_FORGET_STANDINGS, (self.program, member))
        rows: list[Values] = [
            (
                self.program, member, ordinal, micros(it.since), it.tier,
                micros_or_none(it.until), it.why.value,
            )
            for ordinal, it in enumerate(standings)
        ]  # fmt: skip
        for statement, values in _STANDINGS.batches(rows):
            self._wire.tell(statement, values)

    def add_tier_grant(self, member: int, grant: Grant, reason: str, by: str) -> None:
        row: Values = (
            self.program, member, micros(grant.from_at), grant.tier, micros_or_none(grant.until),
            grant.mode.value, reason, by,
        )  # fmt: skip
        for statement, values in _GRANTS.batches([row]):
            self._wire.tell(statement, values)
