import pytest

from loyalty_engine.balances import NoBalances, open_balances
from loyalty_engine.balances.client import connector
from loyalty_engine.balances.value import NEVER, Cached


@pytest.mark.parametrize(
    "url",
    [
        "http://:hunter2@localhost",
        "redis://:hunter2@localhost:port/0",
        "redis://:hunter2@localhost/0?socket_timeout=soon",
        "redis://:hunter2@localhost/0?no_such_option=1",
        "redis+sentinel://:hunter2@localhost:26379",
        "redis+sentinel://:hunter2@localhost:port/main",
        "redis+cluster://:hunter2@localhost:7000",
        "hunter2",
    ],
)
def test_a_wrong_url_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"Redis") as refusal:
        connector(url)
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost",
        "redis://user:p%40ss@localhost:6380/2?max_connections=5",
        "rediss://localhost",
        "unix:///run/redis.sock?db=1",
        "redis://localhost?decode_responses=1&retry_on_timeout=1&health_check_interval=5",
    ],
)
def test_no_url_makes_it_patient(url: str) -> None:
    wire = connector(url)()
    assert wire.socket_timeout == wire.socket_connect_timeout == 0.05
    assert wire.retry.get_retries() == 0
    assert wire.health_check_interval == 0
    assert wire.encoder.decode_responses is False


def test_the_operator_may_choose_the_timeout() -> None:
    wire = connector("redis://localhost?socket_timeout=0.2")()
    assert wire.socket_timeout == 0.2


@pytest.mark.parametrize("url", [None, ""])
def test_without_redis_the_database_answers(url: str | None) -> None:
    balances = open_balances(url, lambda: 0, lambda: 0.0)
    assert isinstance(balances, NoBalances)
    assert balances.put("grocer", "ada", Cached(1, NEVER, b"{}"), balances.stamp())
    assert balances.get("grocer", "ada") is None
    assert balances.forget("grocer", "ada")
    assert balances.beat(balances.server_time())
    balances.reset_after_fork()
