"""The same requests with few and with many workspaces in turn: what does it cost that each is another schema?"""

from __future__ import annotations

import itertools
import json
import statistics
import uuid
from collections.abc import Sequence
from urllib.parse import quote

from tests.bench import leads
from tests.bench.client import Client
from tests.bench.memory import resident_mb
from tests.bench.report import Line
from tests.bench.requests import LIST, SEARCHES, some_ids
from tests.bench.rounds import Side, measure, ratio
from tests.bench.stage import Stage
from tests.bench.web import on_free_port, serve
from tests.factories.workspaces import PASSWORD

AIM = 1.2
LEADS = 60
"""In each workspace: enough for a page."""
_fresh = itertools.count(50_000_000)


def run(stage: Stage, *, few: int, many: int, rounds: int) -> list[Line]:
    """Compare `few` with `many` workspaces: reads, lists, searches and creates in turn, each at the next workspace."""
    workspaces = [stage.make_workspace(leads=LEADS) for _ in range(many)]
    with (
        serve(on_free_port(stage.settings), "wsgi:app") as with_few,
        serve(on_free_port(stage.settings), "wsgi:app") as with_many,
        Client(with_few.port) as one,
        Client(with_many.port) as other,
    ):
        for client in (one, other):
            client.sign_in(stage.owner.email, PASSWORD)
        sides = [
            Side(_Rotation(one, workspaces[:few]), with_few.cpu_seconds),
            Side(_Rotation(other, workspaces), with_many.cpu_seconds),
        ]
        low, high = measure(sides, rounds=rounds, count=many)
        resident = (
            f"web worker {resident_mb(with_few.pid):.0f} MB with {few}, {resident_mb(with_many.pid):.0f} with {many}"
        )
    what = f"{many} workspaces against {few}"
    return [
        Line(
            what=what,
            unit="ms CPU",
            ours=statistics.median(high.cpu),
            plain=statistics.median(low.cpu),
            ratio=ratio(high.cpu, low.cpu),
            aim=AIM,
            note=resident,
        ),
        Line(
            what=what,
            unit="ms until answered",
            ours=statistics.median(high.elapsed),
            plain=statistics.median(low.elapsed),
            ratio=ratio(high.elapsed, low.elapsed),
            aim=AIM,
            note="PostgreSQL's own work included",
        ),
    ]


class _Rotation:
    """Sends request number n to workspace n, counted in a circle; after each circle the kinds have moved on by one."""

    def __init__(self, client: Client, workspaces: Sequence[uuid.UUID]) -> None:
        self._client = client
        self._workspaces = workspaces
        self._ids = [some_ids(workspace_id, 1)[0] for workspace_id in workspaces]

    def __call__(self, number: int) -> object:
        circle, index = divmod(number, len(self._workspaces))
        self._client.always_send(X_Workspace=str(self._workspaces[index]))
        kind = (circle + index) % 4
        if kind == 0:
            return self._client.send("GET", f"/api/v1/leads/{self._ids[index]}")
        if kind == 1:
            return self._client.send("GET", LIST)
        if kind == 2:
            return self._client.send("GET", f"/api/v1/leads?limit=50&q={quote(SEARCHES[number % len(SEARCHES)])}")
        document = json.dumps(leads.document(next(_fresh))).encode()
        return self._client.send("POST", "/api/v1/leads", document, expect=201)
