"""What is sent to the port itself: requests that no browser makes (ASVS 5.0 4.2, 15.2)."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from http.client import HTTPConnection

import pytest

from tests.support.deployment import Deployment


def raw(deployment: Deployment, data: bytes, *, seconds: float = 10.0) -> bytes:
    """Send bytes and return what comes back until the server closes or says nothing more."""
    with socket.create_connection(("127.0.0.1", deployment.port), timeout=seconds) as connection:
        with suppress(OSError):
            connection.sendall(data)
        received = b""
        with suppress(TimeoutError, OSError):
            while part := connection.recv(65536):
                received += part
        return received


def head(*lines: str) -> bytes:
    return "\r\n".join(("POST /api/session/sign-in HTTP/1.1", "Host: localhost", *lines, "", "")).encode()


SMUGGLED = b"GET /api/session HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        head("Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n" + SMUGGLED,
        head("Content-Length: 5", "Content-Length: 50") + b"abcde" + SMUGGLED,
        head("Transfer-Encoding: xchunked", "Content-Length: 0") + SMUGGLED,
        head("Transfer-Encoding : chunked") + b"0\r\n\r\n" + SMUGGLED,
        head("Content-Length: -1") + SMUGGLED,
        head("Content-Length: 1_0") + b"0123456789" + SMUGGLED,
        head("Transfer-Encoding: chunked") + b"FFFFFFFFFFFFFFFF1\r\nx\r\n0\r\n\r\n",
        head("X-Bad\x00: 1"),
        b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=[
        "te+cl",
        "two lengths",
        "odd te",
        "blank te",
        "negative",
        "underscore",
        "huge chunk",
        "nul",
        "nul path",
        "version",
        "tls",
    ],
)
def test_a_request_that_can_be_read_two_ways_is_refused_or_closed(deployment: Deployment, request_: bytes) -> None:
    answer = raw(deployment, request_, seconds=5)
    assert answer.count(b"csrf_token") == 0, "a second request was read out of the body of the first"
    assert b" 500 " not in answer.split(b"\r\n", 1)[0]


def test_headers_beyond_every_measure_are_refused(deployment: Deployment) -> None:
    for lines in (
        [f"X-Pad: {'a' * 20_000}"],
        [f"X-{n}: 1" for n in range(500)],
        [f"Cookie: crm_session={'a' * 60_000}"],
    ):
        status = raw(deployment, head(*lines)).split(b"\r\n", 1)[0]
        assert b" 4" in status, status


def test_a_body_beyond_the_limit_is_refused_unread(deployment: Deployment) -> None:
    lines = ("Content-Type: application/json", "Content-Length: 99999999999", "Connection: close")
    answer = raw(deployment, head(*lines) + b"{")
    assert answer.split(b" ", 2)[1] in {b"403", b"413"}, answer[:200]


def test_a_few_slow_senders_do_not_keep_others_waiting(deployment: Deployment) -> None:
    """More than there are threads do: a proxy that reads requests whole belongs in front (docs/operations.md)."""
    slow = []
    try:
        for _ in range(4):
            connection = socket.create_connection(("127.0.0.1", deployment.port), timeout=5)
            connection.sendall(b"POST /api/session/sign-in HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            slow.append(connection)
        began = time.monotonic()
        client = HTTPConnection("127.0.0.1", deployment.port, timeout=10)
        client.request("GET", "/healthz")
        assert client.getresponse().status == 200
        client.close()
        assert time.monotonic() - began < 5
    finally:
        for connection in slow:
            connection.close()
