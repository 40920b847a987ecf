from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo
from tests.support.at_once import at_once
from tests.support.client import Client, codes


def version_of(client: Client) -> int:
    return int(client.get("/workspace").headers["ETag"].strip('"'))


def test_a_change_is_there_at_once_and_told_in_the_audit(client: Client, workspace: WorkspaceInfo) -> None:
    answer = client.patch("/workspace", {"name": "Harbour & Pine", "country": "cn"}, version_of(client))
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{version_of(client)}"'
    mine = client.get("/me").get_json()["workspace"]
    assert (mine["name"], mine["country"], mine["slug"]) == ("Harbour & Pine", "CN", workspace.slug)
    told = client.get("/audit?kind=workspace").get_json()["data"][0]
    assert (told["type"], told["data"]["country"]) == ("workspace.updated", ["DE", "CN"])


def test_a_stale_or_missing_version_is_refused(client: Client) -> None:
    version = version_of(client)
    client.patch("/workspace", {"name": "First"}, version)
    assert client.patch("/workspace", {"name": "Second"}, version).status_code == 412
    assert client.patch("/workspace", {"name": "Second"}, None).status_code == 428
    assert client.get("/workspace").get_json()["name"] == "First"


def test_the_address_of_another_workspace_is_taken(client: Client, make_workspace: WorkspaceFactory) -> None:
    other = make_workspace()
    answer = client.patch("/workspace", {"slug": other.slug}, version_of(client))
    assert codes(answer) == {"/slug": "slug_taken"}


def test_two_changes_at_once_end_as_one_of_the_two(client: Client) -> None:
    version = version_of(client)
    change = partial(client.patch, "/workspace")
    answers = at_once([partial(change, {"name": name}, version) for name in ("One", "Two")])
    assert sorted(answer.status_code for answer in answers) == [200, 412]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "https://spam.example", "link_not_allowed"),
        ("slug", "Not a slug!", "invalid_slug"),
        ("slug", "admin", "slug_taken"),
        ("timezone", "Mars/Base", "unknown_timezone"),
        ("currency", "XXXX", "unknown_currency"),
        ("language", "fr", "unknown_option"),
        ("country", "ZZ", "unknown_country"),
        ("plan", "free", "unknown_field"),
    ],
)
def test_wrong_values_are_refused_with_a_pointer(client: Client, field: str, value: str, code: str) -> None:
    assert codes(client.patch("/workspace", {field: value}, version_of(client))) == {f"/{field}": code}


def test_everybody_reads_and_who_manages_changes(as_role: Callable[[str], Client]) -> None:
    sales = as_role("sales")
    assert sales.get("/workspace").status_code == 200
    assert sales.patch("/workspace", {"name": "Mine"}, version_of(sales)).status_code == 403
