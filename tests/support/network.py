"""Closes the network to tests: Python sockets reach the loopback and unix sockets only."""

from __future__ import annotations

import ipaddress
import socket


class OutsideWorldError(RuntimeError):
    """A test tried to reach another machine."""


def _is_local(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a unix socket's path
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class LoopbackSocket(socket.socket):
    """A socket that connects and sends to this machine only."""

    def connect(self, address: object, /) -> None:
        _check(address)
        super().connect(address)  # type: ignore[arg-type]

    def connect_ex(self, address: object, /) -> int:
        _check(address)
        return super().connect_ex(address)  # type: ignore[arg-type]

    def sendto(self, data: object, *rest: object) -> int:
        _check(rest[-1])
        return super().sendto(data, *rest)  # type: ignore[call-overload,no-any-return]


def _check(address: object) -> None:
    if not _is_local(address):
        raise OutsideWorldError(f"tests do not leave this machine: {address!r}")


def close_network() -> None:
    """Make every socket of this process a loopback socket."""
    socket.socket = LoopbackSocket  # type: ignore[misc]
