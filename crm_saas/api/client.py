"""The address a request comes from, as far as it can be known."""

from __future__ import annotations

import ipaddress

from flask import request


def client_address() -> str | None:
    """Return the caller's IP address in canonical form; None when the server does not know it."""
    try:
        return str(ipaddress.ip_address(request.remote_addr or ""))
    except ValueError:
        return None


def client_network() -> str:
    """Return what rate limits count: an IPv4 address, or the /64 that one IPv6 customer has to themselves."""
    address = client_address()
    if address is None:
        return "unknown"
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address


def from_this_machine() -> bool:
    """Tell whether the caller sits at the same machine."""
    address = client_address()
    return address is not None and ipaddress.ip_address(address).is_loopback
