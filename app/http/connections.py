"""Connections that clients keep to this process: what came and went over each, and ending one.

The server does not say over which connection a request came, but the sockets are this process's
own, and the system counts what each has carried (``tcp(7)``, TCP_INFO; Linux). Elsewhere there are
none to be seen.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

_OWN: Final = Path("/proc/self/fd")
# Of struct tcp_info (include/uapi/linux/tcp.h): tcpi_last_data_sent, tcpi_last_data_recv,
# tcpi_bytes_acked and tcpi_bytes_received.
_COUNTED: Final = struct.Struct("=44xI4xI64xQQ")


class Connection(NamedTuple):
    """One connection of a client. ``socket`` is ours as long as the reader of it does not go on."""

    socket: socket.socket
    # Of the kernel's socket: no two that are open at once have the same.
    number: int
    address: str
    # Whether something came after what went out last, as far as the system's clock shows it.
    owing: bool
    # Bytes since it was opened: what the client has confirmed, and what it has sent.
    answered: int
    received: int

    def end_reading(self) -> None:
        """Let nothing more be read: who waits for more is told that this was all.

        What is still to be answered can be written.
        """
        try:
            self.socket.shutdown(socket.SHUT_RD)
        except OSError:
            # It ended meanwhile.
            return


def connections_at(port: int) -> Iterator[Connection]:
    """The open connections that came in at ``port`` of this machine."""
    if sys.platform != "linux":
        return
    # Listed before they are opened: each of our own handles would be one more.
    for own in list(_OWN.iterdir()):
        opened = _socket(int(own.name))
        if opened is None:
            continue
        with opened:
            found = _connection(opened, port)
            if found is not None:
                yield found


def plain(address: str) -> str:
    """An address as it is compared: IPv4 within IPv6 as IPv4, without a zone."""
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = read.ipv4_mapped if isinstance(read, ipaddress.IPv6Address) else None
    return str(mapped or read)


def _socket(number: int) -> socket.socket | None:
    """A second handle of an open socket, which is not given to somebody else meanwhile."""
    try:
        second = os.dup(number)
    except OSError:
        return None
    try:
        return socket.socket(fileno=second)
    except OSError:
        os.close(second)
        return None


def _connection(opened: socket.socket, port: int) -> Connection | None:
    if opened.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    try:
        if opened.getsockname()[1] != port:
            return None
        address = opened.getpeername()[0]
        counted = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _COUNTED.size)
    except OSError:
        return None
    if len(counted) < _COUNTED.size:
        # A kernel older than 4.1.
        return None
    sent_ms, received_ms, answered, received = _COUNTED.unpack(counted)
    number, owing = os.fstat(opened.fileno()).st_ino, received_ms < sent_ms
    return Connection(opened, number, plain(address), owing, answered, received)
