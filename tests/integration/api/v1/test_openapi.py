from __future__ import annotations

import copy
import io
import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.test import TestResponse

from crm_saas.api.auth import access_of
from crm_saas.api.openapi import as_text, document
from crm_saas.cli import root
from crm_saas.crm.imports import jobs
from crm_saas.crm.records.registry import REGISTRY
from tests.factories.workspaces import WorkspaceInfo
from tests.support.browser import Browser
from tests.support.client import Client

METHODS = {"get", "post", "put", "patch", "delete"}


def test_the_description_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(json.loads(as_text())).validate()
    assert document()["openapi"] == "3.1.0"


def test_the_web_client_is_generated_from_this_very_description(repository: Path) -> None:
    """If this fails: `crm-saas openapi > frontend/openapi.json`, then `npm run api` in frontend/."""
    assert (repository / "frontend" / "openapi.json").read_text("utf-8") == as_text()


def test_the_command_prints_what_is_served(app: Flask) -> None:
    printed = CliRunner().invoke(root, ["openapi"])
    served = app.test_client().get("/api/v1/openapi.json", headers={"Host": "localhost:8000"})
    assert printed.output == served.text == as_text()
    assert served.content_type == "application/json"
    assert served.headers["Cache-Control"] == "public, max-age=3600"


def described() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, item in document()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def routed(app: Flask) -> dict[tuple[str, str], str]:
    found = {}
    for rule in app.url_map.iter_rules():
        plurals = [rtype.plural for rtype in REGISTRY] if "<plural>" in rule.rule else [""]
        for plural in plurals:
            named = re.sub(r"<[^>]+>", "{id}", rule.rule.replace("<plural>", plural), count=1)
            path = re.sub(r"<([^>]+)>", r"{\1}", named)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                if path.startswith("/api/"):
                    found[(method, path)] = rule.endpoint
    return found


def test_every_route_is_described_and_nothing_else(app: Flask) -> None:
    assert set(described()) == set(routed(app))


def test_the_description_says_who_may_call_as_the_routes_do(app: Flask) -> None:
    for call, endpoint in routed(app).items():
        schemes = {name for each in described()[call]["security"] for name in each}
        assert ("session" in schemes) == (access_of(app.view_functions[endpoint]) == "signed_in"), call
        assert ("csrf" in schemes) == (call[0] != "GET"), call
        assert ("workspace" in schemes) == (call[1].startswith("/api/v1/") and "openapi" not in call[1]), call


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in described().values()]
    assert len(set(names)) == len(names)


def strict(schema: Any) -> Any:  # noqa: ANN401 - any part of a JSON schema
    """Refuse members that an object of the description does not name, so that an answer cannot say more than it."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: strict(value) for name, value in schema.items()}
    if "properties" in made and "additionalProperties" not in made:
        made["additionalProperties"] = False
    if "allOf" in made:
        made["allOf"] = [_opened(each) for each in made["allOf"]]
        made["unevaluatedProperties"] = False
    return made


def _opened(schema: dict[str, Any]) -> dict[str, Any]:
    """A part of a whole: `unevaluatedProperties` of the whole looks after its members."""
    if "$ref" in schema:
        schema = strict(copy.deepcopy(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]))
    return {name: value for name, value in schema.items() if name != "additionalProperties"}


COMPONENTS = strict(document()["components"])


def conforms(answer: TestResponse, path: str) -> Any:  # noqa: ANN401
    """Hold an answer to its description, headers included; returns its body."""
    operation = described()[(answer.request.method, path)]
    response = operation["responses"].get(str(answer.status_code))
    assert response is not None, f"{answer.request.method} {path} answers {answer.status_code}, which is not described"
    if "$ref" in response:
        response = document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    for name in response.get("headers", {}):
        assert name in answer.headers
    if "content" not in response:
        assert answer.data == b""
        return None
    (kind, content), *_ = response["content"].items()
    assert answer.mimetype == kind
    if not kind.endswith("json"):
        return answer.text
    schema = {**strict(content["schema"]), "components": COMPONENTS}
    body = answer.get_json()
    faults = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(body)
    ]
    assert faults == []
    return body


WHOLE: dict[str, Any] = {
    "name": "Ann", "emails": ["ann@example.org"], "phones": ["+4930123456"], "source": "Own", "rating": "hot",
    "tags": ["a"],
    "expected_value": {"amount_minor": 5, "currency": "EUR"}, "external_ids": [{"system": "erp", "value": "1"}],
    "next_step_on": "2026-12-01", "country": "DE", "website": "example.org", "notes": "x",
}  # fmt: skip


def test_records_answer_as_described(client: Client) -> None:
    lead = conforms(client.post("/leads", WHOLE), "/api/v1/leads")
    conforms(client.post("/leads", {"company": "Thin", "owner_id": None}), "/api/v1/leads")
    one, path = "/api/v1/leads/{id}", f"/leads/{lead['id']}"
    conforms(client.get(path), one)
    conforms(client.get(path, if_none_match='"1"'), one)
    conforms(client.get("/leads?count=1&limit=1"), "/api/v1/leads")
    conforms(client.patch(path, {"name": "Anna", "expected_value": None}, 1), one)
    conforms(client.get("/leads/duplicates?email=ann@example.org"), "/api/v1/leads/duplicates")
    conforms(client.delete(path, 2), one)
    conforms(client.post(f"{path}/restore"), f"{one}/restore")
    said = conforms(client.post(f"{path}/comments", {"body": "Hello"}), f"{one}/comments")
    conforms(client.get(f"{path}/comments"), f"{one}/comments")
    conforms(client.patch(f"{path}/comments/{said['id']}", {"body": "Hi"}, 1), f"{one}/comments/{{comment}}")
    conforms(client.get(f"{path}/history"), f"{one}/history")
    conforms(client.delete(f"{path}/comments/{said['id']}", None), f"{one}/comments/{{comment}}")


def test_refusals_answer_as_described(client: Client) -> None:
    lead = client.add_lead(**WHOLE)
    one, path = "/api/v1/leads/{id}", f"/leads/{lead['id']}"
    for answer, status in (
        (client.get("/leads?limit=0"), 422), (client.post("/leads", {}), 422), (client.post("/leads", WHOLE), 409),
        (client.call("POST", "/leads", data=b"{", content_type="application/json"), 400),
        (client.call("POST", "/leads", data=b"{}", content_type="text/plain"), 415),
        (client.call("POST", "/leads", json={"x": "x" * 2**21}), 413),
    ):  # fmt: skip
        assert conforms(answer, "/api/v1/leads")["status"] == status
    for answer, status in (
        (client.patch(path, {}, None), 428), (client.patch(path, {"name": "x"}, 9), 412), (client.delete(path, 9), 412),
        (client.get("/leads/x"), 404), (client.patch(path, {"x": 1}, 1), 422),
    ):  # fmt: skip
        assert conforms(answer, one)["status"] == status
    client.workspace_id = uuid4()
    assert conforms(client.get("/me"), "/api/v1/me")["code"] == "not_found"


def test_the_workspace_and_the_session_answer_as_described(
    client: Client, app: Flask, workspace: WorkspaceInfo
) -> None:
    client.add_lead(source="Own", name="A")
    for name in ("me", "objects", "members"):
        conforms(client.get(f"/{name}"), f"/api/v1/{name}")
    browser = client.browser
    conforms(browser.get("/api/session"), "/api/session")
    conforms(browser.get("/api/session/slug?name=Acme"), "/api/session/slug")
    conforms(browser.get(f"/api/session/workspaces/{workspace.id}"), "/api/session/workspaces/{id}")
    conforms(browser.patch("/api/session/profile", {"theme": "dark"}), "/api/session/profile")
    draft = {"organisation": "Second", "timezone": "Europe/Berlin", "currency": "EUR", "language": "en"}
    conforms(browser.post("/api/session/workspaces", draft), "/api/session/workspaces")
    stranger = Browser(app)
    conforms(stranger.get("/api/session"), "/api/session")
    form = {**draft, "name": "Eve", "email": "eve@example.org", "password": "a very long pass phrase 42"}
    conforms(stranger.post("/api/session/sign-up", form), "/api/session/sign-up")
    conforms(stranger.post("/api/session/resend", {"email": "eve@example.org"}), "/api/session/resend")
    conforms(
        stranger.post("/api/session/sign-in", {"email": "eve@example.org", "password": "x"}), "/api/session/sign-in"
    )
    conforms(stranger.post("/api/session/verify", {"token": "x"}), "/api/session/verify")
    conforms(stranger.call("GET", "/api/v1/me", headers={"X-Workspace": str(workspace.id)}), "/api/v1/me")
    conforms(browser.post("/api/session/sign-out"), "/api/session/sign-out")


def test_imports_answer_as_described(client: Client) -> None:
    csv = b"Name,E-Mail,Next step on\nAnn,ann@example.org,2026-12-01\nBob,nonsense,\n"

    def upload() -> TestResponse:
        form = {"object": "lead", "file": (io.BytesIO(csv), "leads.csv")}
        return client.call("POST", "/imports", data=form, content_type="multipart/form-data")

    run = conforms(upload(), "/api/v1/imports")
    one, path = "/api/v1/imports/{id}", f"/imports/{run['id']}"
    conforms(client.get("/imports"), "/api/v1/imports")
    conforms(client.get(path), one)
    conforms(client.call("PATCH", path, json={"duplicates": "fill", "mapping": {"2": None}}), one)
    conforms(client.call("PATCH", path, json={"nonsense": 1}), one)
    conforms(client.get(f"{path}/preview"), f"{one}/preview")
    conforms(client.get(f"{path}/rejected"), f"{one}/rejected")
    conforms(client.post(f"{path}/cancel"), f"{one}/cancel")
    conforms(client.post(f"{path}/start", {"dry_run": False}), f"{one}/start")
    jobs.work(str(client.workspace_id), run["id"])
    done = conforms(client.get(path), one)
    assert (done["state"], done["counts"]["created"], done["counts"]["rejected"]) == ("done", 1, 1)
    conforms(client.get(f"{path}/rejected"), f"{one}/rejected")
    conforms(client.post(f"{path}/undo"), f"{one}/undo")
    conforms(client.get(f"{path}/undo-conflicts"), f"{one}/undo-conflicts")
    conforms(client.post("/imports/sample"), "/api/v1/imports/sample")


@pytest.mark.parametrize("wrong", [{"version": "1"}, {"surprise": 1}, {"status": "dreaming"}, {"emails": None}])
def test_an_answer_that_is_not_as_described_would_be_noticed(client: Client, wrong: dict[str, Any]) -> None:
    lead = client.add_lead(name="A") | wrong
    schema = {"$ref": "#/components/schemas/Lead", "components": COMPONENTS}
    assert list(Draft202012Validator(schema).iter_errors(lead))
