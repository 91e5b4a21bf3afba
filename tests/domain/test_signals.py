"""What is compared of an e-mail address, a telephone number, a device."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.domain.signals import SignalField, SignalKind

EMAIL = SignalField("email", SignalKind.EMAIL, "")
PHONE = SignalField("phone", SignalKind.PHONE, "")
DEVICE = SignalField("device", SignalKind.EXACT, "")


@pytest.mark.parametrize(
    "text",
    ["ada.lovelace@gmail.com", " AdaLovelace@Gmail.com ", "ada.love.lace+shop@googlemail.com",
     "adalovelace+1+2@gmail.com."],
)  # fmt: skip
def test_spellings_of_one_address_are_one(text: str):
    assert EMAIL.normal(text) == "adalovelace@gmail.com"


@pytest.mark.parametrize(
    "text", ["ada@gmail.com", "adalovelace@gmail.org", "lovelaceada@gmail.com"]
)
def test_other_addresses_are_others(text: str):
    assert EMAIL.normal(text) != "adalovelace@gmail.com"


@pytest.mark.parametrize("text", ["+33 6 12-34.56 78", "0033612345678", "(+33) 612345678"])
def test_spellings_of_one_number_are_one(text: str):
    assert PHONE.normal(text) == "33612345678"


def test_what_is_exact_is_compared_as_it_is():
    assert DEVICE.normal(" aB.c+d ") == "aB.c+d"


@given(st.text())
def test_what_is_normal_stays_so(text: str):
    for field in (EMAIL, PHONE, DEVICE):
        once = field.normal(text)
        assert field.normal(once) == once
