from __future__ import annotations

import logging

import pytest

from crm_saas.kernel.logs import Formatter


def line(message: str, **more: object) -> str:
    record = logging.makeLogRecord({"msg": message, "levelname": "ERROR", "name": "crm_saas.x", **more})
    return Formatter().format(record)


def test_a_line_says_what_it_is_about() -> None:
    written = line("mail given up", mail_id="7", attempts=3)
    assert written.endswith("ERROR crm_saas.x mail given up mail_id='7' attempts=3")


def test_a_value_cannot_begin_a_line_of_its_own() -> None:
    assert "\n" not in line("refused", value="x\n2026-01-01 INFO forged")


def test_a_trace_follows_the_line() -> None:
    with pytest.raises(ValueError, match="why") as caught:
        int("why")
    written = line("unexpected", exc_info=(caught.type, caught.value, caught.tb), request_id="r")
    assert written.splitlines()[0].endswith("unexpected request_id='r'")
    assert "ValueError: invalid literal" in written.splitlines()[-1]
