"""Create, read, list and search, through the whole product and through the bare handler, side by side."""

from __future__ import annotations

import itertools
import json
import statistics
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sqlalchemy import select

from crm_saas.crm.leads.type import LEAD
from crm_saas.kernel import uow
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.text import tsquery
from tests.bench import leads
from tests.bench.client import Client
from tests.bench.report import Line
from tests.bench.rounds import Measured, Side, measure, ratio
from tests.bench.stage import Stage
from tests.bench.web import WebServer, background, on_free_port, serve
from tests.factories.workspaces import PASSWORD, Person

AIMS = {"create": 3.0, "read": 2.5, "list": 1.5, "search": 2.0}
FILTER = {
    "all": [
        {"field": "status", "op": "in", "value": ["new", "working"]},
        {"field": "rating", "op": "in", "value": ["hot"]},
    ]
}
LIST = "/api/v1/leads?" + urlencode({"filter": json.dumps(FILTER), "sort": "company", "limit": 50})
SEARCHES = tuple(f"{first} {last[:4]}".lower() for first in leads.FIRST[:5] for last in leads.LAST[:8])
"""A first name and the beginning of a last one, as people type: about 50 of 20,000 match each."""
_fresh = itertools.count(10_000_000)
"""Numbers of leads that nothing else has made, so that no create is a duplicate."""

Sender = Callable[[int], object]


@dataclass(frozen=True)
class Pair:
    """One kind of request at both servers."""

    name: str
    ours: Sender
    bare: Callable[[int, str], object]
    """Called with the number and what to add to the query."""


def run(stage: Stage, *, records: int, rounds: int, count: int) -> list[Line]:
    """Compare the four requests of an owner on one workspace of `records` leads."""
    workspace_id = stage.make_workspace(leads=records)
    ids = some_ids(workspace_id, 500)

    def ask(client: Client, plain: Client) -> Iterator[Pair]:
        return pairs(client, plain, ids)

    return compare(stage, workspace_id, stage.owner, ask, rounds=rounds, count=count)


def compare(
    stage: Stage,
    workspace_id: uuid.UUID,
    person: Person,
    ask: Callable[[Client, Client], Iterable[Pair]],
    *,
    rounds: int,
    count: int,
) -> list[Line]:
    """Compare what `ask` makes of a member's client and one of the bare handler."""
    found = []
    with (
        background(stage.settings, "fast"),  # the relay: each create wakes it, and it takes the events away
        serve(on_free_port(stage.settings), "wsgi:app") as ours,
        serve(on_free_port(stage.settings), "tests.bench.bare:app", bare_environ(stage, workspace_id)) as bare,
        signed_in(ours, person, workspace_id) as client,
        Client(bare.port) as plain,
    ):
        plain.always_send(Content_Type="application/json")
        for pair in ask(client, plain):
            sides = [
                Side(pair.ours, ours.cpu_seconds),
                Side(lambda number, pair=pair: pair.bare(number, ""), bare.cpu_seconds),  # type: ignore[misc]
                Side(lambda number, pair=pair: pair.bare(number, "orjson"), bare.cpu_seconds),  # type: ignore[misc]
            ]
            found.append(_line(pair.name, *measure(sides, rounds=rounds, count=count)))
    return found


def pairs(client: Client, plain: Client, ids: list[uuid.UUID]) -> Iterator[Pair]:
    """Return the requests; creating comes last, since it changes what the others read."""
    queries = [quote(typed) for typed in SEARCHES]
    compiled = [quote(tsquery(typed) or "") for typed in SEARCHES]
    yield Pair(
        "read",
        lambda number: client.send("GET", f"/api/v1/leads/{ids[number % len(ids)]}"),
        lambda number, how: plain.send("GET", f"/leads/{ids[number % len(ids)]}?{how}"),
    )
    yield Pair("list", lambda _: client.send("GET", LIST), lambda _, how: plain.send("GET", f"/leads?{how}"))
    yield Pair(
        "search",
        lambda number: client.send("GET", f"/api/v1/leads?limit=50&q={queries[number % len(queries)]}"),
        lambda number, how: plain.send("GET", f"/leads?q={compiled[number % len(compiled)]}&{how}"),
    )
    yield Pair(
        "create",
        lambda _: client.send("POST", "/api/v1/leads", json.dumps(leads.document(next(_fresh))).encode(), expect=201),
        lambda _, how: plain.send("POST", f"/leads?{how}", leads.json_row(next(_fresh)), expect=201),
    )


def some_ids(workspace_id: uuid.UUID, count: int) -> list[uuid.UUID]:
    """Return ids of leads."""
    with uow.tenant(workspace_id) as unit:
        return list(unit.connection.execute(select(LEAD.table.c.id).limit(count)).scalars())


def bare_environ(stage: Stage, workspace_id: uuid.UUID) -> dict[str, str]:
    """Return what tells the bare handler where the workspace's table is."""
    return {"BARE_DATABASE_URL": stage.settings.database_url, "BARE_SCHEMA": schema_name(workspace_id)}


@contextmanager
def signed_in(server: WebServer, person: Person, workspace_id: uuid.UUID) -> Iterator[Client]:
    """Return a browser whose person is signed in and works in a workspace."""
    with Client(server.port) as client:
        client.sign_in(person.email, PASSWORD)
        client.always_send(X_Workspace=str(workspace_id))
        yield client


def _line(name: str, ours: Measured, bare: Measured, with_orjson: Measured) -> Line:
    return Line(
        what=name,
        unit="ms CPU",
        ours=statistics.median(ours.cpu),
        plain=statistics.median(bare.cpu),
        ratio=ratio(ours.cpu, bare.cpu),
        aim=AIMS.get(name),
        note=f"answered in {statistics.median(ours.elapsed):.1f} ms, bare {statistics.median(bare.elapsed):.1f};"
        f" {ratio(ours.cpu, with_orjson.cpu):.2f} if the bare one answers with orjson",
    )
