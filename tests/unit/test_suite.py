"""The suite's own walls: what makes its answers worth something."""

from __future__ import annotations

import socket
import warnings
from pathlib import Path

import pytest

from tests.support.network import OutsideWorldError
from tests.support.polling import eventually

OUTSIDE = ("192.0.2.1", 80)  # RFC 5737: an address for documentation


def test_tests_do_not_leave_this_machine() -> None:
    with socket.socket() as probe:
        with pytest.raises(OutsideWorldError):
            probe.connect(OUTSIDE)
        with pytest.raises(OutsideWorldError):
            probe.connect_ex(OUTSIDE)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, pytest.raises(OutsideWorldError):
        probe.sendto(b"x", OUTSIDE)


def test_tests_do_reach_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        pass


def test_a_warning_is_an_error() -> None:
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_waiting_for_what_never_comes_fails_and_says_what_was_seen() -> None:
    with pytest.raises(AssertionError, match="the sea to be dry; last answer 0"):
        eventually(lambda: 0, seconds=0.05, what="the sea to be dry")
    assert eventually(lambda: "yes", seconds=0) == "yes"


def test_no_test_sleeps(repository: Path) -> None:
    for path in (repository / "tests").rglob("*.py"):
        if path.name != Path(__file__).name:
            assert "time.sleep(" not in path.read_text(encoding="utf-8"), path
