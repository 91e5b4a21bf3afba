"""The currencies a programme can run in and how many decimals each has.

Source: ISO 4217, list one, as published by its maintenance agency (edition of 2025). Left out are
funds, metals and testing codes, in which nobody pays at a till. The decimals are those of the
standard and not of CLDR, which has none for currencies whose coins are out of use. BGN gave way to
the euro in 2026 and stays for purchases of the past.
"""


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


NO_DECIMALS = _codes("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF")
THREE_DECIMALS = _codes("BHD IQD JOD KWD LYD OMR TND")
TWO_DECIMALS = _codes(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD "
    "CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ "
    "GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL "
    "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR "
    "PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
    "TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
CODES = NO_DECIMALS | TWO_DECIMALS | THREE_DECIMALS
"""Every code a programme's `currency` can be."""


def decimals_of(currency: str) -> int:
    """How many decimals amounts in `currency` have: 2 for EUR, 0 for JPY, 3 for TND.

    Raises KeyError for a code that is not in `CODES`.
    """
    if currency in TWO_DECIMALS:
        return 2
    if currency in NO_DECIMALS:
        return 0
    if currency in THREE_DECIMALS:
        return 3
    raise KeyError(currency)
