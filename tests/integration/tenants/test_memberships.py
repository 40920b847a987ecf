from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from crm_saas.kernel import uow
from crm_saas.kernel.errors import NotFound, QuotaExceeded
from crm_saas.tenants import entitlements, memberships
from crm_saas.tenants.entitlements import DEFAULT_PLAN, PLANS, seats_used
from crm_saas.tenants.models import Membership
from tests.factories.workspaces import Person, WorkspaceInfo, make_person


@pytest.fixture(autouse=True)
def three_seats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(entitlements.PLANS, DEFAULT_PLAN, replace(PLANS[DEFAULT_PLAN], seats=3))


def people(number: int) -> list[Person]:
    with uow.control() as unit:
        return [make_person(unit) for _ in range(number)]


def add(workspace: WorkspaceInfo, person: Person, role: str = "sales") -> None:
    with uow.control() as unit:
        memberships.add(unit, workspace.id, person.id, role, actor_id=workspace.owner.id)


def used(workspace: WorkspaceInfo) -> int:
    with uow.control() as unit:
        return seats_used(unit, workspace.id)


def test_seats_are_counted_and_bounded(workspace: WorkspaceInfo) -> None:
    first, second, third = people(3)
    add(workspace, first)
    add(workspace, second)
    assert used(workspace) == 3
    with pytest.raises(QuotaExceeded) as refused:
        add(workspace, third)
    assert refused.value.extra == {"limit": "seats", "allowed": 3, "used": 3}
    assert used(workspace) == 3


def test_two_at_once_do_not_take_the_last_seat_twice(workspace: WorkspaceInfo) -> None:
    first, *others = people(5)
    add(workspace, first)

    def try_adding(person: Person) -> bool:
        try:
            add(workspace, person)
        except QuotaExceeded:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(try_adding, others)).count(True) == 1
    assert used(workspace) == 3


def test_who_left_frees_a_seat_and_may_come_back(workspace: WorkspaceInfo) -> None:
    first, second, third = people(3)
    add(workspace, first)
    add(workspace, second)
    with uow.control() as unit:
        unit.session.query(Membership).filter_by(user_id=first.id).one().active = False
    add(workspace, third)
    with pytest.raises(QuotaExceeded):
        add(workspace, first)
    with uow.control() as unit:
        unit.session.query(Membership).filter_by(user_id=third.id).one().active = False
    add(workspace, first, "viewer")
    with uow.control() as unit:
        back = unit.session.query(Membership).filter_by(user_id=first.id).one()
        assert (back.role, back.active, back.version) == ("viewer", True, 2)


def test_nobody_joins_a_workspace_that_is_not_there(workspace: WorkspaceInfo) -> None:
    with pytest.raises(NotFound), uow.control() as unit:
        memberships.add(unit, uuid.uuid4(), workspace.owner.id, "sales", actor_id=workspace.owner.id)


def test_a_role_must_exist(workspace: WorkspaceInfo) -> None:
    with pytest.raises(ValueError, match="emperor"):
        add(workspace, workspace.owner, "emperor")
