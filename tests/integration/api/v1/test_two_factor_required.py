"""A workspace that asks every member for two-factor sign-in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from redis import Redis

from crm_saas.api import auth
from crm_saas.kernel.clock import now
from crm_saas.tenants.mirroring import copy_workspace
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo
from tests.support.client import Client
from tests.support.codes import Authenticator

PATH = "/workspace/two-factor"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, redis: Redis) -> None:
    """No limit of another test, and no session from the cache."""
    assert redis.ping()
    monkeypatch.setattr(auth, "CACHE_SECONDS", -1.0)


@pytest.fixture
def place(make_workspace: WorkspaceFactory) -> WorkspaceInfo:
    return make_workspace(roles=("sales",))


@pytest.fixture
def owner(app: Flask, place: WorkspaceInfo) -> Client:
    client = Client.signed_in(app, place.owner, place.id)
    Authenticator.set_up(client.browser)
    return client


def require(owner: Client, place: WorkspaceInfo, **how: object) -> None:
    answer = owner.call("PUT", PATH, json={"required": True, **how})
    assert answer.status_code == 200, answer.text
    copy_workspace(place.id)


def refused(client: Client) -> str | None:
    answer = client.get("/leads")
    return None if answer.status_code == 200 else str(answer.get_json()["code"])


def test_members_without_it_are_kept_out_until_they_set_it_up(app: Flask, owner: Client, place: WorkspaceInfo) -> None:
    sales = Client.signed_in(app, place.members["sales"], place.id)
    require(owner, place)
    assert refused(owner) is None
    assert refused(sales) == "two_factor_required"
    assert sales.get("/me").get_json()["code"] == "two_factor_required"
    Authenticator.set_up(sales.browser)
    assert refused(sales) is None


def test_other_workspaces_are_not_affected(
    app: Flask, owner: Client, place: WorkspaceInfo, make_workspace: WorkspaceFactory
) -> None:
    other = make_workspace(owner=place.members["sales"])
    require(owner, place)
    assert refused(Client.signed_in(app, place.members["sales"], other.id)) is None


def test_days_of_grace_let_them_in_and_tell_them(app: Flask, owner: Client, place: WorkspaceInfo) -> None:
    require(owner, place, grace_days=7)
    sales = Client.signed_in(app, place.members["sales"], place.id)
    assert refused(sales) is None
    assert sales.get("/me").get_json()["two_factor_from"] is not None
    with time_machine.travel(now() + timedelta(days=7, seconds=5), tick=True):
        assert refused(sales) == "two_factor_required"


def test_it_can_be_left_to_each_again(app: Flask, owner: Client, place: WorkspaceInfo) -> None:
    require(owner, place)
    assert owner.call("PUT", PATH, json={"required": False}).get_json()["required_from"] is None
    copy_workspace(place.id)
    assert refused(Client.signed_in(app, place.members["sales"], place.id)) is None


def test_nobody_locks_themselves_out(app: Flask, place: WorkspaceInfo) -> None:
    client = Client.signed_in(app, place.owner, place.id)
    answer = client.call("PUT", PATH, json={"required": True})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "set_up_two_factor_first")


def test_who_may_sees_how_many_lack_it(owner: Client) -> None:
    assert owner.get(PATH).get_json() == {"required_from": None, "members": 2, "without": 1}


def test_it_takes_the_power_and_a_recent_proof(app: Flask, owner: Client, place: WorkspaceInfo) -> None:
    sales = Client.signed_in(app, place.members["sales"], place.id)
    assert sales.get(PATH).status_code == 403
    assert sales.call("PUT", PATH, json={"required": False}).status_code == 403
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        assert owner.call("PUT", PATH, json={"required": False}).get_json()["code"] == "reauthentication_required"


@pytest.mark.parametrize(
    "body", [[], {}, {"required": "yes"}, {"required": True, "grace_days": 31}, {"required": True, "x": 1}]
)
def test_a_wrong_body_is_refused_with_a_pointer(owner: Client, body: object) -> None:
    answer = owner.call("PUT", PATH, json=body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"]


def test_making_an_owner_takes_a_recent_proof(owner: Client, place: WorkspaceInfo) -> None:
    path = f"/members/{place.members['sales'].id}"
    assert owner.call("PATCH", path, json={"role": "owner"}).status_code == 200
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        assert owner.call("PATCH", path, json={"role": "manager"}).status_code == 200
        answer = owner.call("PATCH", path, json={"role": "owner"})
        assert answer.get_json()["code"] == "reauthentication_required"
