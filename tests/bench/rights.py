"""The requests of `requests` once more, with rights and history on: asked by a member whose role reaches their team.

A hundred colleagues are in reach, as many are not; every lead is somebody's. The bare handler is the same as there: it
knows no rights. `timeline` is the history of a lead that was changed twenty times, with who did it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import service
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.records.policy import visible
from crm_saas.kernel import uow
from tests.bench.client import Client
from tests.bench.people import make_office
from tests.bench.report import Line
from tests.bench.requests import Pair, compare, pairs
from tests.bench.stage import Stage

CHANGES: Final = 20
CHANGED: Final = 20
"""Leads that were changed so often."""


def run(stage: Stage, *, records: int, rounds: int, count: int) -> list[Line]:
    """Compare the requests of a member at level `team` on one workspace of `records` leads."""
    workspace_id = stage.make_workspace()
    office = make_office(workspace_id)
    stage.fill(workspace_id, records, owners=office.staff)
    ids = _seen(workspace_id, office.by_team.id, 500)
    for record_id in ids[:CHANGED]:
        _change(workspace_id, office.by_team.id, record_id)

    def ask(client: Client, plain: Client) -> Iterator[Pair]:
        yield _timeline(client, plain, ids[:CHANGED])
        yield from pairs(client, plain, ids)

    lines = compare(stage, workspace_id, office.by_team, ask, rounds=rounds, count=count)
    return [replace(line, what=f"{line.what}, level team") for line in lines]


def _seen(workspace_id: uuid.UUID, person_id: uuid.UUID, count: int) -> list[uuid.UUID]:
    """Return ids of leads that a member sees."""
    with uow.tenant(workspace_id) as unit:
        seen = visible(load_actor(unit, person_id, "ui"), LEAD)
        return list(unit.connection.execute(select(LEAD.table.c.id).where(seen).limit(count)).scalars())


def _change(workspace_id: uuid.UUID, person_id: uuid.UUID, record_id: uuid.UUID) -> None:
    """Give a lead a history."""
    with uow.tenant(workspace_id) as unit:
        actor = load_actor(unit, person_id, "ui")
        for version in range(1, CHANGES + 1):
            service.update(unit, actor, LEAD, record_id, {"next_step": f"Call again ({version})"}, version=version)


def _timeline(client: Client, plain: Client, ids: list[uuid.UUID]) -> Pair:
    return Pair(
        "timeline",
        lambda number: client.send("GET", f"/api/v1/leads/{ids[number % len(ids)]}/history"),
        lambda number, how: plain.send("GET", f"/leads/{ids[number % len(ids)]}/history?{how}"),
    )
