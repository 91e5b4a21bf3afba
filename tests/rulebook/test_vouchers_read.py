"""Voucher files: what they say, and every fault with its place."""

import pytest

from loyalty_engine.domain.codes import CHARACTERS
from loyalty_engine.rulebook.calendar_values import Length
from loyalty_engine.rulebook.faults import RulebookErrors
from loyalty_engine.rulebook.parsing.parse import parse_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.telling.sentences import sentence
from loyalty_engine.vocabulary import standard_words

PROGRAM = """
program: shop
title: Shop
zone: Europe/Paris
currency: EUR
languages: [en, fr]
units: {points: {}}
lanes: [discounts, base]
"""


FAULTS = """\
rule.yaml:3:19: code_used: no voucher 'bb'. Did you mean 'b'?
rule.yaml:4:22: give_voucher: no voucher 'f' (Five Off, b, c, d, e, g)
vouchers/a.yaml:1:10: voucher: 'Five Off' is not a name: small letters, digits and single - or _ \
between them. Did you mean 'five-off'?
vouchers/a.yaml:2:7: lane: no lane 'discount'. Did you mean 'discounts'?
vouchers/a.yaml:3:8: no word 'amount_of' can stand under 'then'. Did you mean 'amount_off'?
vouchers/a.yaml:4:13: characters: 3 is not from 6 to 24
vouchers/a.yaml:5:15: per_purchase: 0 is not from 1 to 20
vouchers/a.yaml:6:8: valid: 'soon' is not a length such as 12 months
vouchers/a.yaml:7:15: transferable: 'perhaps' is neither yes nor no
vouchers/a.yaml:8:1: no key 'minimum' in a voucher
vouchers/b.yaml:2:9: codes: 'ab' is not a code that many can know: 4 to 32 letters from A to Z and \
digits
vouchers/b.yaml:2:24: codes: the code 'SOMMER10' stands there twice
vouchers/c.yaml:2:1: limits: is about what the codes give, and there is no 'then'
vouchers/d.yaml:3:1: valid: codes that many know are as they are; leave it out
vouchers/g.yaml:1:1: the code SPRING10 stands already in the voucher 'e'
""".splitlines()


def read(**files: str) -> Rulebook:
    source = {f"vouchers/{name}.yaml": text for name, text in files.items() if name != "rule"}
    if "rule" in files:
        source["rule.yaml"] = files["rule"]
    return parse_rulebook({"program.yaml": PROGRAM, **source}, standard_words())


def faults(**files: str) -> list[str]:
    with pytest.raises(RulebookErrors) as caught:
        read(**files)
    return [str(it) for it in caught.value.faults]


def test_a_voucher_is_a_rule_that_asks_for_its_own_code():
    rulebook = read(
        five="voucher: five\nlane: discounts\nvalid: 1 month\nthen: [amount_off: 5.00]\n"
        "transferable: no\nper_purchase: 2\nuntil: 2026-03-31\n"
    )
    kind, rule = rulebook.voucher_kinds["five"], rulebook.by_id["five"]
    assert (kind.valid, kind.transferable, kind.per_purchase) == (Length(months=1), False, 2)
    assert kind.characters == CHARACTERS
    assert kind.end == rule.end
    assert rule.per_code
    assert rulebook.asking == {"five": frozenset({"five"})}
    assert [condition.word for condition in rule.when] == ["code_used"]


def test_shared_codes_are_kept_in_their_normal_form():
    rulebook = read(spring="voucher: spring\ncodes: [spring-10, Avril 10]\n")
    assert rulebook.shared_codes == {"SPRING10": "spring", "AVRIL10": "spring"}
    assert rulebook.rules == ()


def test_every_fault_is_told_with_its_place():
    told = faults(
        a="voucher: Five Off\nlane: discount\nthen: [amount_of: 5]\ncharacters: 3\n"
        "per_purchase: 0\nvalid: soon\ntransferable: perhaps\nminimum: 5\n",
        b="voucher: b\ncodes: [ab, SOMMER-10, sommer10]\n",
        c="voucher: c\nlimits: [{uses: 1, per: member}]\n",
        d="voucher: d\ncodes: [SPRING10]\nvalid: 3 days\n",
        e="voucher: e\ncodes: [spring-10]\n",
        g="voucher: g\ncodes: SPRING10\n",
        rule="rule: r\nlane: base\nwhen: [code_used: bb]\nthen: [give_voucher: f]\n",
    )
    assert [it.partition("; it has")[0] for it in told] == FAULTS


def test_a_voucher_and_a_rule_cannot_have_one_name():
    (told,) = faults(
        five="voucher: five\nlane: discounts\nthen: [amount_off: 5.00]\n",
        rule="rule: five\nlane: discounts\nthen: [amount_off: 5.00]\n",
    )
    assert "the rule 'five' stands already in rule.yaml:1:1" in told


def test_a_voucher_may_leave_its_worth_to_each_code():
    rulebook = read(
        gift="voucher: gift\nlane: discounts\nworth: 7.50\nthen: [worth_off]\n",
        own="voucher: own\nlane: discounts\nthen: [worth_off]\n",
        five="voucher: five\nlane: discounts\nthen: [amount_off: 5.00]\n",
    )
    told = {name: (it.of_worth, it.worth) for name, it in rulebook.voucher_kinds.items()}
    assert told == {"gift": (True, 750), "own": (True, None), "five": (False, None)}


def test_a_coupon_number_stands_before_serial_numbers():
    kind = read(c="voucher: c\ngcn: 9501101020917\ncharacters: 8\n").voucher_kinds["c"]
    assert (kind.gcn, kind.characters) == ("9501101020917", 8)


def test_what_a_worth_and_a_coupon_number_cannot_be():
    told = faults(
        a="voucher: a\nlane: discounts\nworth: 7.50\nthen: [amount_off: 5.00]\n",
        b="voucher: b\nlane: discounts\nworth: 0\nthen: [worth_off]\n",
        c="voucher: c\nlane: discounts\ncodes: GIFT\nthen: [worth_off]\n",
        d="voucher: d\ngcn: 9501101020918\n",
        e="voucher: e\ngcn: 95011010209174711\n",
        f="voucher: f\ngcn: 9501101020917\ncharacters: 13\n",
        g="voucher: g\ncodes: GIFT10\ngcn: 9501101020917\n",
    )
    assert told == [
        "vouchers/a.yaml:3:1: worth: nothing takes it off; write worth_off under 'then'",
        "vouchers/b.yaml:3:1: worth: must be more than 0",
        (
            "vouchers/c.yaml:4:1: worth_off: codes that many know are worth what the file says;"
            " write amount_off"
        ),
        (
            "vouchers/d.yaml:2:6: gcn: '9501101020918' is no Global Coupon Number: twelve digits and"
            " their check digit, not beginning with 255"
        ),
        (
            "vouchers/e.yaml:2:6: gcn: '95011010209174711' is no Global Coupon Number: twelve digits"
            " and their check digit, not beginning with 255"
        ),
        "vouchers/f.yaml:3:13: characters: 13 is not from 6 to 12",
        "vouchers/g.yaml:3:1: gcn: codes that many know are as they are; leave it out",
    ]


def test_sentences_call_a_voucher_by_its_title():
    rulebook = read(
        five="voucher: five\ntitle: {en: Five off, fr: Cinq de moins}\nlane: discounts\n"
        "then: [amount_off: 5.00]\n",
        bare="voucher: bare\nlane: discounts\nthen: [amount_off: 1.00]\n",
        rule="rule: more\nlane: base\nwhen: [code_used: [five, bare]]\nthen: [give_voucher: five]\n",
    )
    rule, program = rulebook.by_id["more"], rulebook.program
    said = [
        sentence(word, tag, program) for tag in ("en", "fr") for word in (*rule.when, *rule.then)
    ]
    assert said == [
        "a code of “Five off or bare” is used",
        "the voucher “Five off” for next time",
        "un code « Cinq de moins ou bare » est utilisé",
        "le bon « Cinq de moins » pour la prochaine fois",
    ]
