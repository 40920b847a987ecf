from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from crm_saas.kernel import relay, uow
from crm_saas.kernel.events import ControlOutbox
from crm_saas.tenants import journal, memberships, mirroring
from crm_saas.tenants.mirror import Member, WorkspaceSettings
from crm_saas.tenants.models import Membership, User, Workspace
from crm_saas.tenants.provisioning import Provisioner
from crm_saas.worker import load_jobs
from tests.factories.workspaces import Person, WorkspaceInfo, make_person, order_workspace


@pytest.fixture(autouse=True)
def _declared() -> None:
    load_jobs()
    assert "crm_saas.tenants.mirroring.copy_changes" in relay.declared()


def _relay_everything() -> None:
    """Until nothing is left: the control plane is shared, and one call stops after a few seconds."""
    while relay.relay_control():
        pass


def _member(workspace: WorkspaceInfo, person: Person) -> Member | None:
    with uow.tenant(workspace.id) as unit:
        return unit.session.get(Member, person.id)


def _rename(person: Person, name: str) -> None:
    with uow.control() as unit:
        user = unit.session.get_one(User, person.id)
        user.name, user.version = name, user.version + 1
        journal.record(unit, "user.updated", user_id=person.id)


def test_a_new_member_reaches_the_workspace(workspace: WorkspaceInfo) -> None:
    with uow.control() as unit:
        person = make_person(unit)
        memberships.add(unit, workspace.id, person.id, "sales", actor_id=workspace.owner.id)
    assert _member(workspace, person) is None
    _relay_everything()
    copy = _member(workspace, person)
    assert copy is not None
    assert (copy.name, copy.role, copy.active, copy.version) == (person.name, "sales", True, 2)


def test_a_changed_person_reaches_all_their_workspaces(two_workspaces: tuple[WorkspaceInfo, WorkspaceInfo]) -> None:
    first, second = two_workspaces
    with uow.control() as unit:
        memberships.add(unit, second.id, first.owner.id, "viewer", actor_id=second.owner.id)
    _rename(first.owner, "Renamed")
    _relay_everything()
    for workspace in two_workspaces:
        copy = _member(workspace, first.owner)
        assert copy is not None
        assert copy.name == "Renamed"


def test_changed_settings_reach_the_workspace(workspace: WorkspaceInfo) -> None:
    with uow.control() as unit:
        unit.connection.execute(
            update(Workspace).where(Workspace.id == workspace.id).values(name="New name", version=2)
        )
        journal.record(unit, "workspace.updated", workspace_id=workspace.id)
    _relay_everything()
    with uow.tenant(workspace.id) as unit:
        settings = unit.session.scalars(select(WorkspaceSettings)).one()
    assert (settings.name, settings.version) == ("New name", 2)


def test_an_older_copy_never_replaces_a_newer_one(workspace: WorkspaceInfo) -> None:
    with uow.tenant(workspace.id) as unit:
        unit.connection.execute(
            update(Member).where(Member.user_id == workspace.owner.id).values(role="viewer", version=99)
        )
    mirroring.copy_workspace(workspace.id)
    copy = _member(workspace, workspace.owner)
    assert copy is not None
    assert (copy.role, copy.version) == ("viewer", 99)


def test_copying_twice_changes_nothing(workspace: WorkspaceInfo) -> None:
    _rename(workspace.owner, "Once")
    mirroring.copy_workspace(workspace.id)
    mirroring.copy_workspace(workspace.id)
    with uow.tenant(workspace.id) as unit:
        assert unit.connection.execute(select(func.count()).select_from(Member)).scalar_one() == 1


def test_a_change_made_while_the_schema_is_built_arrives_with_its_activation(
    provisioner: Provisioner, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered = order_workspace()
    activate = provisioner._activate

    def change_first(*args: object) -> None:
        with uow.control() as unit:
            unit.connection.execute(
                update(Membership).where(Membership.workspace_id == ordered.id).values(role="admin", version=2)
            )
            journal.record(unit, "membership.updated", workspace_id=ordered.id, user_id=ordered.owner.id)
        _relay_everything()  # the tenant is not active yet: this hands over nothing
        activate(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(provisioner, "_activate", change_first)
    assert provisioner.provision(ordered.id)
    _relay_everything()
    copy = _member(ordered, ordered.owner)
    assert copy is not None
    assert copy.role == "admin"


def test_events_of_workspaces_without_a_schema_do_not_stay_in_the_outbox() -> None:
    ordered = order_workspace()
    with uow.control() as unit:
        event_id = journal.record(unit, "workspace.updated", workspace_id=ordered.id)
    _relay_everything()
    with uow.control() as unit:
        left = select(func.count()).select_from(ControlOutbox).where(ControlOutbox.event_id == event_id)
        assert unit.connection.execute(left).scalar_one() == 0
