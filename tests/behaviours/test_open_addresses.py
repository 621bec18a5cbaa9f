"""Which addresses may be asked: those of the open internet, however they are written."""

from __future__ import annotations

import pytest

from behaviours.open_addresses import is_open


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
