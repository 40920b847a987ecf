"""The address a request comes from, as far as it can be known."""

from __future__ import annotations

import ipaddress

from flask import request


def client_address() -> str | None:
    """Return the caller's IP address in canonical form; None when the server does not know it."""
    parsed = _parsed()
    return None if parsed is None else str(parsed)


def client_network() -> str:
    """Return what rate limits count: an IPv4 address, or the /64 that one IPv6 customer has to themselves."""
    parsed = _parsed()
    if parsed is None:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def from_this_machine() -> bool:
    """Tell whether the caller sits at the same machine."""
    parsed = _parsed()
    return parsed is not None and parsed.is_loopback


def _parsed() -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed  # a socket for both families writes ::ffff:192.0.2.1
