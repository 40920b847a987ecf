"""The words of a workspace: learnt by the relay, weeded, made again."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from crm_saas.commands import tenants
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import service
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.search import jobs, words
from crm_saas.crm.search.model import SearchWord
from crm_saas.kernel import relay, uow
from crm_saas.worker import load_jobs
from tests.factories.workspaces import WorkspaceInfo


def add(workspace: WorkspaceInfo, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    load_jobs()
    with uow.tenant(workspace.id) as unit:
        made = service.create(unit, load_actor(unit, workspace.owner.id, "ui"), LEAD, fields)
    relay.relay_tenant(str(workspace.id))
    return made


def known(workspace: WorkspaceInfo) -> set[str]:
    with uow.tenant(workspace.id) as unit:
        return set(unit.connection.scalars(select(SearchWord.word)))


def test_words_are_learnt_once_without_short_ones_digits_and_characters(workspace: WorkspaceInfo) -> None:
    add(workspace, name="Anna Fischer", company="3M 2026 Wagner", emails=["anna.fischer7@web.example"])
    add(workspace, name="Anna 张三", phones=["+4930123456"])
    assert known(workspace) == {"anna", "fischer", "wagner", "example", "zhang", "zhangsan"}


def test_words_nobody_has_any_more_are_weeded_and_others_stay(
    workspace: WorkspaceInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    lead = add(workspace, name="Anna Fischer", company="Wagner")
    add(workspace, name="Anna Keller")
    with uow.tenant(workspace.id) as unit:
        actor = load_actor(unit, workspace.owner.id, "ui")
        service.delete(unit, actor, LEAD, lead["id"], version=lead["version"])
    relay.relay_tenant(str(workspace.id))
    assert known(workspace) == {"anna", "fischer", "wagner", "keller"}
    jobs.weed_tenant(str(workspace.id), "")
    assert known(workspace) == {"anna", "keller"}


def test_reindexing_makes_tokens_and_words_again_and_changes_nothing_else(workspace: WorkspaceInfo) -> None:
    lead = add(workspace, name="张三丰", company="Wagner")
    with uow.tenant(workspace.id) as unit:
        unit.connection.execute(text("UPDATE lead SET search = 'old'"))
        unit.connection.execute(text("DELETE FROM search_word"))
        unit.connection.execute(text("INSERT INTO search_word VALUES ('stale')"))
    done = CliRunner().invoke(tenants.reindex_search, [workspace.slug])
    assert (done.exit_code, "1 records, tokens of 1 made again" in done.output) == (0, True), done.output
    assert known(workspace) == {"wagner", "zhang", "feng", "zhangsanfeng"}
    with uow.tenant(workspace.id) as unit:
        row = unit.connection.execute(select(LEAD.table.c.search, LEAD.table.c.version, LEAD.table.c.updated_at)).one()
    assert ("wagner" in row.search, row.version, row.updated_at) == (True, 1, lead["updated_at"])
    again = CliRunner().invoke(tenants.reindex_search, [workspace.slug])
    assert "tokens of 0 made again" in again.output


def test_words_of_one_workspace_are_not_known_in_another(two_workspaces: tuple[WorkspaceInfo, WorkspaceInfo]) -> None:
    one, other = two_workspaces
    add(one, name="Fischer")
    with uow.tenant(other.id) as unit:
        assert words.nearest(unit, "fishcer", 3) == []
    with uow.tenant(one.id) as unit:
        assert words.nearest(unit, "fishcer", 3) == ["fischer"]
