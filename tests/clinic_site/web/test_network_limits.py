"""Limits that know no address."""

from datetime import UTC, datetime, timedelta

import pytest

from clinic_site.web.network_limits import (
    FLOOD,
    PER_NETWORK,
    WINDOW,
    Limits,
    client_address,
    network,
)

NOW = datetime(2026, 11, 24, 15, 0, 0, tzinfo=UTC)
ADDRESS = "203.0.113.7"


def full(address: str = ADDRESS) -> Limits:
    limits = Limits()
    for _ in range(PER_NETWORK):
        limits.count(address, NOW)
    return limits


def test_over_after_the_limit_and_not_before() -> None:
    limits = Limits()
    for _ in range(PER_NETWORK - 1):
        limits.count(ADDRESS, NOW)
    assert not limits.over(ADDRESS, NOW)

    limits.count(ADDRESS, NOW)

    assert limits.over(ADDRESS, NOW)


def test_over_for_the_whole_network_and_for_no_other() -> None:
    limits = full()

    assert limits.over("203.0.113.250", NOW)
    assert not limits.over("203.0.114.7", NOW)


def test_over_ends_with_the_window() -> None:
    limits = full()

    assert limits.over(ADDRESS, NOW + WINDOW - timedelta(seconds=1))
    assert not limits.over(ADDRESS, NOW + WINDOW)


def test_over_is_never_said_of_an_unknown_address() -> None:
    limits = Limits()
    for _ in range(PER_NETWORK + 1):
        limits.count(None, NOW)

    assert not limits.over(None, NOW)


def test_flooded_by_many_networks() -> None:
    limits = Limits()
    for number in range(FLOOD):
        assert not limits.flooded(NOW)
        limits.count(f"198.51.{number}.1", NOW)

    assert limits.flooded(NOW)
    assert not limits.flooded(NOW + WINDOW)


def test_midnight_brings_a_new_key_and_an_empty_table() -> None:
    limits = full()
    key = limits._key

    assert not limits.over(ADDRESS, NOW.replace(hour=0) + timedelta(days=1))
    assert limits._key != key


def test_clock_of_the_day_is_the_callers() -> None:
    limits = full()

    assert limits.over(ADDRESS, NOW + timedelta(minutes=30))


def test_table_is_bounded_and_keeps_the_count_of_everybody() -> None:
    limits = Limits(capacity=16)
    for number in range(200):
        limits.count(f"10.0.{number}.1", NOW)

    assert len(limits._counts) == 16
    assert limits.flooded(NOW)


def test_two_workers_hash_differently() -> None:
    assert Limits()._bucket(ADDRESS) != Limits()._bucket(ADDRESS)


def test_no_address_is_kept() -> None:
    limits = full("198.18.77.66")

    held = repr(vars(limits)).encode()

    assert b"198.18" not in held
    assert bytes([198, 18, 77]) not in b"".join(limits._counts)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", b"203.0.113.0/24"),
        ("::ffff:203.0.113.7", b"203.0.113.0/24"),
        ("2001:db8:aa:bbcc:1:2:3:4", b"2001:db8:aa:bb00::/56"),
        ("2001:db8:aa:bbdd::9", b"2001:db8:aa:bb00::/56"),
        ("::1", b"::/56"),
    ],
)
def test_network(address: str, expected: bytes) -> None:
    assert network(address) == expected


@pytest.mark.parametrize(
    ("forwarded", "proxies", "expected"),
    [
        ("", 0, "192.0.2.1"),
        ("203.0.113.7", 0, "192.0.2.1"),
        ("203.0.113.7", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7, 192.0.2.9", 2, "203.0.113.7"),
        ("203.0.113.7", 2, "203.0.113.7"),
        ("", 1, None),
        ("unknown", 1, None),
        ("6.6.6.6, not an address", 1, None),
        ("fe80::1%eth0", 1, "fe80::1"),
    ],
)
def test_client_address(forwarded: str, proxies: int, expected: str | None) -> None:
    meta = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": forwarded}

    assert client_address(meta, proxies) == expected


def test_client_address_behind_a_unix_socket_is_unknown() -> None:
    assert client_address({"REMOTE_ADDR": ""}, 0) is None
