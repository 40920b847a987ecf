"""Making a workspace's schema: the product's provisioner against its own DDL in a plain psycopg script.

Each connects anew: so does the product, whose jobs run in forked children. Beside the DDL the product reads and writes
the control plane, finds the revision to go to and stores the first rows.
"""

from __future__ import annotations

import re
import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from crm_saas.kernel.ids import schema_name, uuid7
from crm_saas.tenants import process
from tests.bench.report import Line
from tests.bench.rounds import Side, measure, ratio, warm_up
from tests.bench.stage import Stage
from tests.factories.workspaces import order_workspace

_DDL = re.compile(r"\s*(?:CREATE|ALTER|GRANT|REVOKE|COMMENT)\b", re.IGNORECASE)


def run(stage: Stage, *, rounds: int, count: int) -> list[Line]:
    """Compare `count` workspaces in each round."""
    ordered = [order_workspace(owner=stage.owner).id for _ in range(rounds * count + warm_up(count) + 1)]
    statements = _recorded(ordered.pop())
    owner = str(stage.settings.owner_database_url)
    product = Side(lambda _: process.provisioner().provision(ordered.pop()), time.process_time)
    script = Side(lambda _: _plain(owner, statements), time.process_time)
    ours, plain = measure([product, script], rounds=rounds, count=count)
    return [
        Line(
            what="provisioning",
            unit="ms",
            ours=statistics.median(ours.elapsed),
            plain=statistics.median(plain.elapsed),
            ratio=ratio(ours.elapsed, plain.elapsed),
            note=f"{len(statements)} statements of DDL; application CPU {statistics.median(ours.cpu):.0f} ms, script "
            f"{statistics.median(plain.cpu):.0f}",
        )
    ]


def _recorded(tenant_id: uuid.UUID) -> list[str]:
    """Provision a workspace and return the DDL that was sent, with `{name}` for schema and role."""
    with _listening() as sent:
        process.provisioner().provision(tenant_id)
    return [statement.replace(schema_name(tenant_id), "{name}") for statement in sent if _DDL.match(statement)]


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Note every statement that the owner of the schemas sends."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401
        sent.append(statement)

    engine = next(iter(process.provisioner()._owners.values()))
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _plain(owner: str, statements: list[str]) -> None:
    """Connect and run the same DDL under a new name, in one transaction."""
    name = schema_name(uuid7())
    with psycopg.connect(owner) as connection:
        connection.execute(f"SET LOCAL search_path = {name}, ext".encode())
        for statement in statements:
            connection.execute(statement.replace("{name}", name).encode())
