from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy import select

from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.tenants import sessions
from crm_saas.tenants.models import LoginSession
from tests.factories.workspaces import Person, WorkspaceInfo


def start(person: Person) -> str:
    with uow.control() as unit:
        return sessions.start(unit, person.id, days=30, address=None, agent=None)


def stored(person: Person) -> list[LoginSession]:
    with uow.control() as unit:
        return list(unit.session.scalars(select(LoginSession).where(LoginSession.user_id == person.id)))


def test_tokens_are_long_random_and_found_by_their_hash_only(workspace: WorkspaceInfo) -> None:
    tokens = {start(workspace.owner) for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) == 43
    for token in tokens:
        with uow.control() as unit:
            found = sessions.find(unit, sessions.token_hash(token))
            assert found is not None
            assert found.person.id == workspace.owner.id
            assert sessions.find(unit, token.encode()) is None
    assert not {row.token_hash for row in stored(workspace.owner)} & {token.encode() for token in tokens}


def test_an_ended_session_is_not_found(workspace: WorkspaceInfo) -> None:
    token = start(workspace.owner)
    (row,) = stored(workspace.owner)
    with uow.control() as unit:
        sessions.end(unit, row.id)
    with uow.control() as unit:
        assert sessions.find(unit, sessions.token_hash(token)) is None


def test_a_session_ended_meanwhile_is_not_prolonged(workspace: WorkspaceInfo) -> None:
    token = start(workspace.owner)
    with uow.control() as unit:
        found = sessions.find(unit, sessions.token_hash(token))
        assert found is not None
        sessions.end(unit, found.session_id)
    with time_machine.travel(now() + timedelta(hours=1), tick=True), uow.control() as unit:
        sessions.touch(unit, found, days=30, longest=90)
    with uow.control() as unit:
        assert sessions.find(unit, sessions.token_hash(token)) is None


def test_old_sessions_are_deleted_and_live_ones_kept(workspace: WorkspaceInfo) -> None:
    start(workspace.owner)
    with time_machine.travel(now() + timedelta(days=59), tick=True):
        live = start(workspace.owner)
        with uow.control() as unit:
            sessions.forget_ended(unit, timedelta(days=30))
        assert len(stored(workspace.owner)) == 2
    with time_machine.travel(now() + timedelta(days=61), tick=True):
        with uow.control() as unit:
            assert sessions.forget_ended(unit, timedelta(days=30)) >= 1
        (row,) = stored(workspace.owner)
        assert row.token_hash == sessions.token_hash(live)
