from hypothesis import given
from hypothesis import strategies as st

from loyalty_engine.balances.value import MAX_NUMBER, NEVER, Cached, name, rank, rest, unpack

HEADER = b"2" + b"11112222" + b"aaaabbbbccccdddd" + b" "
numbers = st.integers(0, MAX_NUMBER)
values = st.builds(Cached, numbers, numbers, st.binary(max_size=50))


def pack(value: Cached, begun: int = 5) -> bytes:
    return HEADER + rank(value.version, begun) + b" " + rest(value)


@given(values, numbers)
def test_a_value_comes_back_as_it_went_in(value: Cached, begun: int) -> None:
    assert unpack(pack(value, begun), HEADER, now=-1) == value


@given(st.tuples(numbers, numbers), st.tuples(numbers, numbers))
def test_ranks_sort_as_version_then_begun(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (rank(*one) < rank(*other)) == (one < other)


@given(st.one_of(st.binary(), st.binary().map(lambda tail: HEADER + tail), st.none(), st.text()))
def test_what_is_not_a_value_is_nothing(raw: object) -> None:
    found = unpack(raw, HEADER, now=0)
    assert found is None or (isinstance(raw, bytes) and rest(found) == raw[-len(rest(found)) :])


def test_damaged_values_are_nothing() -> None:
    whole = pack(Cached(7, NEVER, b"{}"))
    assert unpack(whole, HEADER, 0) is not None
    for cut in range(len(whole) - 2):
        assert unpack(whole[:cut], HEADER, 0) is None
    assert unpack(whole.replace(b"0000007", b"000x007"), HEADER, 0) is None
    assert unpack(HEADER + b"%d %d %d {}" % (2**63, NEVER, NEVER), HEADER, 0) is None
    assert unpack(whole.replace(b"aaaa", b"eeee"), HEADER, 0) is None


def test_a_value_is_true_until_its_instant_and_not_at_it() -> None:
    raw = pack(Cached(7, 1_000, b"{}"))
    assert unpack(raw, HEADER, 999) is not None
    assert unpack(raw, HEADER, 1_000) is None


def test_a_key_names_nobody_and_stays_in_one_slot() -> None:
    key, digest = name(b"", "grocer", "ada@example.org")
    assert b"ada" not in key
    inside = key[key.index(b"{") + 1 : key.index(b"}")]
    assert inside.startswith(b"grocer:")
    assert inside[len(b"grocer:") :].startswith(digest)
    assert len(key) == len(b"loyalty:{grocer:}:balance") + 64


def test_keys_differ_by_member_programme_and_secret() -> None:
    names = {
        name(b"", "grocer", "ada"),
        name(b"", "grocer", "Ada"),
        name(b"", "fashion", "ada"),
        name(b"pepper", "grocer", "ada"),
        name(b"", "grocer", "\ud800"),
    }
    assert len({digest for _, digest in names}) == len({key for key, _ in names}) == 5
