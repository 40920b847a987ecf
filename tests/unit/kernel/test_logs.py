from __future__ import annotations

import logging
from collections.abc import Iterator

import orjson
import pytest

from crm_saas.kernel import logs


@pytest.fixture(autouse=True)
def nothing_bound() -> Iterator[None]:
    """Other tests of this process bind ids too."""
    logs.release()
    yield
    logs.release()


def line(message: str, **more: object) -> dict[str, object]:
    record = logging.makeLogRecord(
        {"msg": message, "levelname": "ERROR", "levelno": logging.ERROR, "name": "crm_saas.x", **more}
    )
    written = logs.formatter().format(record)
    assert "\n" not in written
    parsed: dict[str, object] = orjson.loads(written)
    return parsed


def test_a_line_says_what_when_where_and_what_it_is_about() -> None:
    written = line("mail given up", mail_id="7", attempts=3)
    assert written.pop("at")
    assert written == {
        "event": "mail given up", "level": "error", "logger": "crm_saas.x", "mail_id": "7", "attempts": 3,
    }  # fmt: skip


def test_a_value_cannot_begin_a_line_of_its_own() -> None:
    assert line("refused", value="x\n2026-01-01 INFO forged")["value"] == "x\n2026-01-01 INFO forged"


def test_bound_ids_stand_on_every_line_until_released() -> None:
    logs.bind(request_id="r1")
    with logs.bound(tenant_id="t1"):
        inside = line("inside")
    outside = line("outside")
    logs.release()
    assert (inside["request_id"], inside["tenant_id"]) == ("r1", "t1")
    assert "tenant_id" not in outside
    assert "request_id" not in line("released")


@pytest.mark.parametrize(
    "name",
    ["password", "new_password", "token", "csrf_token", "secret_key", "Cookie", "Authorization", "api_key",
     "totp_secret", "recovery_codes", "email", "phone", "display_name", "to_address"],
)  # fmt: skip
def test_a_secret_and_what_people_are_called_is_struck_out(name: str) -> None:
    assert "hunter2" not in str(line("said", **{name: "hunter2"}))


def test_a_trace_is_one_member_and_says_nothing_about_values_of_rows() -> None:
    text = 'duplicate key value violates "uq"\nDETAIL:  Key (email_key)=(ann@example.org) already exists.'
    with pytest.raises(RuntimeError) as caught:
        raise RuntimeError(text)
    written = line("unexpected", exc_info=(caught.type, caught.value, caught.tb), request_id="r")
    assert "RuntimeError: duplicate key value" in str(written["exception"])
    assert "ann@example.org" not in str(written)
    assert written["request_id"] == "r"


def test_a_mail_address_inside_a_text_is_struck_out() -> None:
    assert "ann@" not in str(line("delayed", error="550 <ann@example.org>: no such user"))


def test_the_password_of_an_address_is_struck_out() -> None:
    written = line("cannot connect to postgresql://crm_app:hunter2@127.0.0.1/crm")
    assert "hunter2" not in str(written)
    assert "127.0.0.1/crm" in str(written)


def test_lines_for_a_terminal_are_clean_too() -> None:
    record = logging.makeLogRecord({"msg": "said", "levelname": "INFO", "name": "x", "password": "hunter2"})
    written = logs.formatter("console").format(record)
    assert "said" in written
    assert "hunter2" not in written
