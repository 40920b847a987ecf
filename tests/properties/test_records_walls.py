"""Two workspaces at work side by side: nothing done in one changes what the other sees."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import queries, service
from crm_saas.crm.records.actor import Actor, load_actor
from crm_saas.crm.records.queries import ListQuery
from crm_saas.kernel import uow
from crm_saas.kernel.errors import NotFound
from tests.factories.leads import Document, changes, documents, with_ids_of_its_own
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo

SIDES = st.sampled_from([0, 1])
PICKED = st.integers(0, 2**16)


class TwoWorkspaces(RuleBasedStateMachine):
    """A model of each workspace in plain dicts, beside the real ones."""

    make_workspace: ClassVar[WorkspaceFactory]

    @initialize()
    def begin(self) -> None:
        self.places: tuple[WorkspaceInfo, WorkspaceInfo] = (self.make_workspace(), self.make_workspace())
        self.leads: tuple[dict[uuid.UUID, dict[str, Any]], ...] = ({}, {})
        self.deleted: tuple[dict[uuid.UUID, dict[str, Any]], ...] = ({}, {})

    @rule(side=SIDES, document=documents())
    def create(self, side: int, document: Document) -> None:
        with self.unit(side) as (unit, actor):
            lead = service.create(unit, actor, LEAD, with_ids_of_its_own(document), allow_duplicates=True)
        self.leads[side][lead["id"]] = lead

    @rule(side=SIDES, pick=PICKED, change=changes())
    def update(self, side: int, pick: int, change: Document) -> None:
        lead = self.picked(self.leads[side], pick)
        if lead is not None:
            with self.unit(side) as (unit, actor):
                self.leads[side][lead["id"]] = service.update(
                    unit, actor, LEAD, lead["id"], change, version=lead["version"]
                )

    @rule(side=SIDES, pick=PICKED)
    def delete(self, side: int, pick: int) -> None:
        lead = self.picked(self.leads[side], pick)
        if lead is not None:
            with self.unit(side) as (unit, actor):
                service.delete(unit, actor, LEAD, lead["id"], version=lead["version"])
            self.deleted[side][lead["id"]] = self.leads[side].pop(lead["id"])

    @rule(side=SIDES, pick=PICKED)
    def restore(self, side: int, pick: int) -> None:
        lead = self.picked(self.deleted[side], pick)
        if lead is not None:
            with self.unit(side) as (unit, actor):
                self.leads[side][lead["id"]] = service.restore(unit, actor, LEAD, lead["id"])
            del self.deleted[side][lead["id"]]

    @rule(side=SIDES, pick=PICKED, change=changes())
    def reach_over(self, side: int, pick: int, change: Document) -> None:
        """Whatever is tried on the other side's ids from this side finds nothing."""
        theirs = self.picked({**self.leads[1 - side], **self.deleted[1 - side]}, pick)
        if theirs is None:
            return
        attempts = (
            lambda unit, actor: queries.get(unit, actor, LEAD, theirs["id"]),
            lambda unit, actor: queries.history(unit, actor, LEAD, theirs["id"], before=None, limit=5),
            lambda unit, actor: service.update(unit, actor, LEAD, theirs["id"], change, version=theirs["version"]),
            lambda unit, actor: service.delete(unit, actor, LEAD, theirs["id"], version=theirs["version"]),
            lambda unit, actor: service.restore(unit, actor, LEAD, theirs["id"]),
        )
        for attempt in attempts:
            with pytest.raises(NotFound), self.unit(side) as (unit, actor):
                attempt(unit, actor)

    @invariant()
    def each_sees_its_own_and_nothing_else(self) -> None:
        for side, expected in enumerate(self.leads):
            with self.unit(side) as (unit, actor):
                page = queries.page(unit, actor, LEAD, ListQuery(sort="created_at", limit=100, count=True))
            assert {lead["id"]: lead for lead in page.data} == expected
            assert page.count == (len(expected), True)

    def picked(self, among: dict[uuid.UUID, dict[str, Any]], pick: int) -> dict[str, Any] | None:
        return list(among.values())[pick % len(among)] if among else None

    @contextmanager
    def unit(self, side: int) -> Iterator[tuple[uow.UnitOfWork, Actor]]:
        with uow.tenant(self.places[side].id) as unit:
            yield unit, load_actor(unit, self.places[side].owner.id, "ui")


def test_what_happens_in_one_workspace_stays_there(make_workspace: WorkspaceFactory) -> None:
    TwoWorkspaces.make_workspace = make_workspace
    run_state_machine_as_test(
        TwoWorkspaces,
        settings=settings(
            max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
