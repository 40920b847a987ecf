"""Where the bench plays: a PostgreSQL cluster, a Redis, a person and workspaces, all its own and removed at its end."""

from __future__ import annotations

import itertools
import socket
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from crm_saas.config import Settings
from crm_saas.crm.leads.type import LEAD
from crm_saas.kernel import uow
from crm_saas.kernel.bootstrap_sql import bootstrap_cluster
from crm_saas.kernel.db import make_owner_engine
from crm_saas.kernel.ids import schema_name
from crm_saas.local.postgres import EmbeddedPostgres
from crm_saas.local.redis_server import EmbeddedRedis
from crm_saas.tenants import process
from crm_saas.tenants.fleet import migrate_control
from crm_saas.tenants.mirror import RecordCount
from tests.bench import leads
from tests.factories.workspaces import Person, make_person, order_workspace

DATABASE = "crm"
SECRET = "onlyforthebench" * 4


@dataclass(frozen=True)
class Stage:
    """The servers' settings, and the person who owns every workspace."""

    settings: Settings
    superuser: str
    """libpq URI of the superuser in the product's database."""
    owner: Person

    def make_workspace(self, *, leads: int = 0) -> uuid.UUID:
        """Return a new workspace that holds this many leads, its statistics up to date."""
        workspace_id = order_workspace(owner=self.owner).id
        process.provisioner().provision(workspace_id)
        if leads:
            self.fill(workspace_id, leads)
        return workspace_id

    def fill(self, workspace_id: uuid.UUID, count: int, *, owners: Sequence[uuid.UUID | None] = (None,)) -> None:
        """Store leads as the product would, by COPY and without events; each belongs to the next of the owners."""
        names = [column.name for column in LEAD.table.columns]
        copy = sql.SQL("COPY lead ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, names)))
        schema = schema_name(workspace_id)
        with psycopg.connect(self.superuser, options=f"-c search_path={schema},ext", autocommit=True) as connection:
            with connection.transaction(), connection.cursor() as cursor, cursor.copy(copy) as target:
                for row, owner in zip(leads.rows(count), itertools.cycle(owners), strict=False):
                    row["owner_id"] = owner
                    target.write_row([stored(row[name]) for name in names])
            connection.execute("VACUUM (ANALYZE) lead")
        with uow.tenant(workspace_id) as unit:
            unit.session.get_one(RecordCount, "lead").value = count


def stored(value: Any) -> Any:  # noqa: ANN401 - any column's value
    """Return a column's value as psycopg takes it."""
    return Jsonb(value) if isinstance(value, dict) else value


@contextmanager
def stage() -> Iterator[Stage]:
    """Start the servers and make the database; stop and remove everything at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="crm-bench-") as name,
        EmbeddedPostgres(Path(name)) as postgres,
        EmbeddedRedis(Path(name)) as redis,
    ):
        bootstrap_cluster(postgres.superuser_url(), app_password=SECRET, owner_password=SECRET, database=DATABASE)
        settings = Settings(
            data_dir=Path(name),
            port=free_port(),
            secret_key=SECRET,
            encryption_keys=f"test:{'A' * 43}=",
            database_url=postgres.url("crm_app", SECRET, DATABASE),
            owner_database_url=postgres.url("crm_owner", SECRET, DATABASE),
            redis_url=redis.url(),
            web_workers=1,
        )
        owner = make_owner_engine(postgres.url("crm_owner", SECRET, DATABASE))
        migrate_control(owner)
        owner.dispose()
        process.configure(settings, application="crm-bench")
        try:
            with uow.control() as unit:
                person = make_person(unit)
            yield Stage(settings, postgres.superuser_url(DATABASE), person)
        finally:
            uow.directory().dispose()


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
