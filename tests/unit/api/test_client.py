from __future__ import annotations

import pytest
from flask import Flask

from crm_saas.api.client import client_address, client_network, from_this_machine


@pytest.mark.parametrize(
    ("given", "address", "network", "local"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.7", False),
        ("2001:DB8:0:1::7", "2001:db8:0:1::7", "2001:db8:0:1::/64", False),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.7", False),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1", True),
        ("::1", "::1", "::/64", True),
        ("::ffff:127.0.0.1", "127.0.0.1", "127.0.0.1", True),
        ("", None, "unknown", False),
        ("unix:", None, "unknown", False),
        ("1.2.3.4, 5.6.7.8", None, "unknown", False),
    ],
)
def test_address_and_network_of_a_caller(given: str, address: str | None, network: str, *, local: bool) -> None:
    with Flask("x").test_request_context(environ_base={"REMOTE_ADDR": given}):
        assert (client_address(), client_network(), from_this_machine()) == (address, network, local)
