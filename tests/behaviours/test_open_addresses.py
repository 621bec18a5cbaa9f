"""Which addresses may be asked: those of the open internet, however they are written."""

from __future__ import annotations

import pytest

from behaviours.open_addresses import NOWHERE, is_open, read_inside


@pytest.mark.parametrize(
    "address",
    [
        *("8.8.8.8", "114.114.114.114", "172.15.0.1", "172.32.0.1", "192.167.255.255"),
        *("2400:3200::1", "2001:4860:4860::8888", "2400:3200::1%eth0"),
        # Of IPv4 within IPv6: mapped, 6to4, NAT64.
        *("::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::8.8.8.8"),
    ],
)
def test_an_address_of_the_open_internet_may_be_asked(address: str) -> None:
    assert is_open(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        # The same machine, written as if it were another one.
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
        *("2002:7f00:1::1", "2002:a00:1::1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1"),
        # Teredo: the address of the client is the last 32 bits, each turned over.
        "2001:0:808:808::80ff:fffe",
    ],
)
def test_this_machine_and_private_networks_may_not(address: str) -> None:
    assert not is_open(address)


@pytest.mark.parametrize("text", ["", "localhost", "8.8.8", "8.8.8.8/32", "010.0.0.1"])
def test_what_is_no_address_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 address"):
        is_open(text)


def test_what_is_inside_is_allowed_by_its_exact_name_or_its_network() -> None:
    inside, refused = read_inside("SSO.example.cn, 10.20.0.0/24\tfd00::/8 127.0.0.1")
    assert refused == []
    for host, address in (
        *(("sso.example.cn", "10.9.9.9"), ("sso.Example.cn", "192.168.1.1")),
        *(("any.example.cn", "10.20.0.255"), ("10.20.0.1", "10.20.0.1"), ("x.cn", "fd00::7")),
        *(("x.cn", "127.0.0.1"), ("x.cn", "::ffff:10.20.0.1")),
    ):
        assert inside.has(host, address), (host, address)
        assert not NOWHERE.has(host, address)
    for host, address in (
        *(("a.sso.example.cn", "10.9.9.9"), ("sso.example.cn.evil.cn", "10.9.9.9")),
        *(("example.cn", "10.9.9.9"), ("x.cn", "10.20.1.0"), ("x.cn", "127.0.0.2"), ("x", "::1")),
        # Neighbours and many at once never are, whoever is called so.
        *(("sso.example.cn", "169.254.169.254"), ("sso.example.cn", "::ffff:169.254.169.254")),
        *(("sso.example.cn", "fe80::1%eth0"), ("sso.example.cn", "224.0.0.1")),
        *(("sso.example.cn", "::ffff:0.0.0.0"), ("sso.example.cn", "::")),
    ):
        assert not inside.has(host, address), (host, address)


@pytest.mark.parametrize(
    "value",
    [
        *("*.example.cn", "https://sso.example.cn", "sso.example.cn:8443", "sso_1", "-sso.cn"),
        *("10.20.0.1/24", "10.20.0.0/33", "010.0.0.1", "10.1", "0x7f.1", "a.0x7f", "x" * 64),
        *(
            "0.0.0.0/0",
            "::/0",
            "8.8.8.8",
            "114.0.0.0/8",
            "169.254.0.0/16",
            "fe80::/10",
            "224.0.0.1",
        ),
        *("10.0.0.0/4", "user@sso.cn", "单点登录.cn", "sso.cn."),
    ],
)
def test_what_cannot_be_allowed_is_named(value: str) -> None:
    inside, [(named, why)] = read_inside(f"sso.example.cn,{value}")
    assert (named, inside.hosts, inside.networks) == (value, {"sso.example.cn"}, ())
    assert why
