"""What may tell that two accounts are one person's: declared, compared in one form, never kept."""

import re
from dataclasses import dataclass
from enum import StrEnum

KEEP_DAYS = 730
"""So long a signal is remembered after its member has gone, where nothing else is declared."""

_DIGITS = re.compile(r"[^0-9]")
_ALSO_CALLED = {"googlemail.com": "gmail.com"}


class SignalKind(StrEnum):
    """How values of a signal are compared."""

    EXACT = "exact"
    EMAIL = "email"
    PHONE = "phone"
    PERSON = "person"


class Response(StrEnum):
    """What becomes of a referral in which something looks like abuse."""

    REFUSED = "refused"
    HELD = "held"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class SignalField:
    """A declared signal. Identifiers of the same name are one as well.

    `keep_days` is how long it is remembered after the member has gone; more than `most` members
    with the same value look odd. With `one_person` the same value means the same person.
    """

    name: str
    kind: SignalKind
    purpose: str
    keep_days: int = KEEP_DAYS
    most: int = 1
    one_person: bool = False

    def normal(self, text: str) -> str:
        """A value in the form in which it is compared.

        Of an e-mail address what follows a plus and all dots before the @ are left out, of a phone
        number everything but its digits.
        """
        plain = text.strip()
        if self.kind is SignalKind.EMAIL:
            return _address(plain)
        if self.kind is SignalKind.PHONE:
            return _DIGITS.sub("", plain).lstrip("0")
        return plain


def _address(text: str) -> str:
    local, at, domain = text.casefold().rpartition("@")
    if not at:
        return text.casefold()
    domain = domain.rstrip(".")
    return f"{local.partition('+')[0].replace('.', '')}@{_ALSO_CALLED.get(domain, domain)}"
