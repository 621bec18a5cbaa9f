"""Addresses that may be asked because somebody registered them: those of the open internet, and
inside what whoever runs the server allowed by name."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
MOST_OF_A_NAME: Final = 253
_EXACT: Final = (
    "must be the exact name of a host (sso.example.cn), an address or a network (10.1.2.0/24),"
    " without a scheme, a port or a `*`"
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Inside:
    """What may be asked although it is not of the open internet: hosts of exactly these names, and
    whatever has its addresses in these networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def has(self, host: str, address: str) -> bool:
        """Whether this address of the host is allowed; one of a neighbour alone (link-local, where
        clouds hand out credentials) never is."""
        ip = _read(address)
        if _is_never(ip):
            return False
        return host.lower() in self.hosts or any(ip in each for each in self.networks)


NOWHERE: Final = Inside()


def read_inside(text: str) -> tuple[Inside, list[tuple[str, str]]]:
    """What is allowed by a text of names, addresses and networks with commas between; and what of
    it cannot be, each with why."""
    hosts, networks, refused = set(), [], []
    for value in text.replace(",", " ").split():
        network = _network(value)
        if network is not None and _is_never(network.network_address):
            refused.append((value, "is of no host that logs people in"))
        elif network is not None and not network.is_private:
            refused.append((value, "is not inside: the open internet needs no permission"))
        elif network is not None:
            networks.append(network)
        elif _is_name(value.lower()):
            hosts.add(value.lower())
        else:
            refused.append((value, _EXACT))
    return Inside(frozenset(hosts), tuple(networks)), refused


def is_open(address: str) -> bool:
    """Whether it is neither this machine's nor of a private network, nor of many at once.

    One of IPv4 that is written within IPv6 (mapped, 6to4, Teredo, NAT64) counts as what it is.
    """
    ip = _read(address)
    return ip.is_global and not ip.is_multicast


def is_literal_inside(host: str) -> bool:
    """Whether a host is written as an address that is not of the open internet, or has the name of
    this machine."""
    try:
        return not is_open(host)
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server at ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read(address: str) -> Address:
    ip = ipaddress.ip_address(address.partition("%")[0])
    return (_within(ip) or ip) if isinstance(ip, ipaddress.IPv6Address) else ip


def _within(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else None)


def _is_never(ip: Address) -> bool:
    return ip.is_link_local or ip.is_multicast or ip.is_unspecified


def _network(value: str) -> Network | None:
    try:
        return ipaddress.ip_network(value)
    except ValueError:
        return None


def _is_name(value: str) -> bool:
    """Whether it can be a host's; what ends in a number would be read as an address."""
    labels = value.split(".")
    return (
        len(value) <= MOST_OF_A_NAME
        and all(_LABEL.fullmatch(each) for each in labels)
        and re.fullmatch(r"(?:\d+|0x[0-9a-f]*)", labels[-1]) is None
    )
