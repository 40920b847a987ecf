from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest
from flask import Flask, request
from sqlalchemy import select, text

from crm_saas.api import body, errors, request_id, security
from crm_saas.config import Settings
from crm_saas.kernel import logs, uow
from crm_saas.kernel.directory import Directory
from crm_saas.kernel.errors import FieldError, Invalid, Problem, problem_classes
from crm_saas.kernel.ids import uuid7
from crm_saas.tenants.models import User
from tests.factories.forms import fresh_email
from tests.factories.workspaces import make_person
from tests.support.browser import Browser

Failing = Callable[[Callable[[], object]], Browser]


@pytest.fixture
def failing(settings: Settings, directory: Directory) -> Failing:
    """Call it with what a view does, for a browser whose /x does it."""
    assert directory is not None

    def make(act: Callable[[], object]) -> Browser:
        app = Flask("failing", static_folder=None)
        request_id.register(app)
        errors.register(app)
        security.register(app, settings)
        app.add_url_rule("/x", "x", lambda: str(act()), methods=["GET", "POST"])
        security.csrf.exempt(app.view_functions["x"])
        return Browser(app)

    return make


def raising(error: Exception) -> Callable[[], object]:
    def act() -> object:
        raise error

    return act


@pytest.mark.parametrize("kind", problem_classes(), ids=lambda kind: kind.code)
def test_every_problem_is_rendered(failing: Failing, kind: type[Problem]) -> None:
    problem = kind("Because.", errors=[FieldError("/a", "required", "This is needed.", {"n": 1})], current={"id": 1})
    answer = failing(raising(problem)).get("/x")
    assert answer.status_code == kind.status
    assert answer.content_type == "application/problem+json"
    assert answer.get_json() == {
        "type": f"/problems/{kind.code.replace('_', '-')}",
        "title": kind.title,
        "status": kind.status,
        "detail": "Because.",
        "code": kind.code,
        "request_id": answer.headers["X-Request-Id"],
        "errors": [{"pointer": "/a", "code": "required", "detail": "This is needed.", "params": {"n": 1}}],
        "current": {"id": 1},
    }


def test_an_unexpected_error_says_nothing_of_the_inside_and_is_logged(
    failing: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    answer = failing(raising(ZeroDivisionError("secret detail"))).get("/x")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text
    assert answer.get_json()["code"] == "internal_error"
    (record,) = [record for record in caplog.records if record.name == "crm_saas.api.errors"]
    assert record.exc_info is not None
    assert f'"request_id":"{answer.headers["X-Request-Id"]}"' in logs.formatter().format(record)


def test_a_statement_that_takes_too_long_is_unavailable(failing: Failing) -> None:
    def act() -> None:
        with uow.control() as unit:
            unit.connection.execute(text("SET LOCAL statement_timeout = '20ms'"))
            unit.connection.execute(text("SELECT pg_sleep(5)"))

    answer = failing(act).get("/x")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert "pg_sleep" not in answer.text


def test_a_lock_that_is_not_free_is_busy(failing: Failing) -> None:
    with uow.control() as unit:
        person = make_person(unit)

    def act() -> None:
        with uow.control() as unit:
            unit.connection.execute(text("SET LOCAL lock_timeout = '20ms'"))
            unit.session.scalars(select(User).where(User.id == person.id).with_for_update()).one()

    browser = failing(act)
    with ThreadPoolExecutor(1) as pool, uow.control() as unit:
        unit.session.scalars(select(User).where(User.id == person.id).with_for_update()).one()
        answer = pool.submit(browser.get, "/x").result()
    assert (answer.status_code, answer.get_json()["code"]) == (409, "busy")


def test_what_people_typed_is_not_in_the_log(failing: Failing, caplog: pytest.LogCaptureFixture) -> None:
    email = fresh_email()

    def act() -> None:
        with uow.control() as unit:
            unit.connection.execute(text("SELECT 1 / (length(:typed) * 0)"), {"typed": email})

    assert failing(act).get("/x").status_code == 500
    assert "division by zero" in caplog.text
    assert email not in caplog.text


def test_one_line_a_request_without_its_query(failing: Failing, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="crm_saas.access")
    answer = failing(lambda: "ok").get("/x?token=secret")
    (record,) = [record for record in caplog.records if record.name == "crm_saas.access"]
    line = logs.formatter().format(record)
    said = orjson.loads(line)
    assert (said["method"], said["route"], said["path"], said["status"]) == ("GET", "/x", "/x", 200)
    assert said["request_id"] == answer.headers["X-Request-Id"]
    assert "secret" not in line


def test_a_value_that_text_cannot_hold_is_refused_not_broken(
    failing: Failing,
) -> None:
    def act() -> None:
        with uow.control() as unit:
            unit.connection.execute(select(User.id).where(User.email_key == "a\x00b"))

    assert failing(act).get("/x").status_code == 422


def test_a_workspace_that_is_not_there_is_not_found(failing: Failing) -> None:
    def act() -> None:
        with uow.tenant(uuid7()):
            raise AssertionError

    assert failing(act).get("/x").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/none", 404, "not_found"),
        ("DELETE", "/x", 405, "method_not_allowed"),
        ("PUT", "/x", 405, "method_not_allowed"),
    ],
)
def test_errors_of_routing_are_problems_too(failing: Failing, method: str, path: str, status: int, code: str) -> None:
    browser = failing(lambda: "ok")
    browser.token = "x"
    answer = browser.call(method, path)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert ("Allow" in answer.headers) == (status == 405)


def test_a_body_over_the_limit_is_too_large(failing: Failing) -> None:
    browser = failing(body.read_json)
    browser.token = "x"
    fits = browser.call("POST", "/x", data=b'"' + b"a" * (body.JSON_BYTES - 2) + b'"', content_type="application/json")
    assert fits.status_code == 200
    over = browser.call("POST", "/x", data=b'"' + b"a" * body.JSON_BYTES + b'"', content_type="application/json")
    assert (over.status_code, over.get_json()["code"]) == (413, "too_large")


def test_a_route_may_raise_the_limit_before_it_reads(failing: Failing, tmp_path: Path) -> None:
    assert tmp_path.is_dir()

    def act() -> object:
        request.max_content_length = 4 * body.JSON_BYTES
        return len(request.get_data())

    browser = failing(act)
    browser.token = "x"
    answer = browser.call("POST", "/x", data=b"a" * (2 * body.JSON_BYTES), content_type="text/csv")
    assert answer.text == str(2 * body.JSON_BYTES)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=gbk",
    ],
)
def test_a_body_of_another_kind_is_not_read(failing: Failing, content_type: str | None) -> None:
    browser = failing(body.read_json)
    browser.token = "x"
    answer = browser.call("POST", "/x", data=b"{}", content_type=content_type)
    assert (answer.status_code, answer.get_json()["code"]) == (415, "unsupported_media")


def test_a_problem_of_the_domain_keeps_its_code(failing: Failing) -> None:
    answer = failing(raising(Invalid(code="something_else"))).get("/x")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "something_else")
    assert answer.get_json()["type"] == "/problems/something-else"


def test_a_connection_that_breaks_is_unavailable(failing: Failing) -> None:
    def act() -> None:
        with uow.control() as unit:
            raw = unit.connection.connection.dbapi_connection
            assert raw is not None
            raw.close()
            unit.connection.execute(text("SELECT 1"))

    answer = failing(act).get("/x")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
