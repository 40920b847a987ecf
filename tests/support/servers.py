"""The servers of a test run: one PostgreSQL cluster and one Redis, shared by all xdist workers.

The process that collects starts them, hands their addresses to its workers and stops them. A migrated template
database is made once; every worker copies it.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from crm_saas.kernel.bootstrap_sql import bootstrap_cluster, close_database
from crm_saas.kernel.db import make_owner_engine
from crm_saas.local.postgres import EmbeddedPostgres
from crm_saas.local.redis_server import EmbeddedRedis
from crm_saas.tenants.fleet import migrate_control

PASSWORD = "onlyfortests"
TEMPLATE = "crm_template"
BARE = "crm_bare"
REDIS_DATABASES = 16


@dataclass(frozen=True, slots=True)
class Addresses:
    """What a worker process needs to reach the servers."""

    superuser: str
    """libpq URI of the superuser, database `postgres`."""
    port: int
    redis: str
    """Redis URI without the database number."""

    def url(self, login: str, database: str) -> str:
        """The libpq URI of a login."""
        return f"postgresql://{quote(login)}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def redis_url(self, number: int) -> str:
        """The URI of one of Redis's databases."""
        return f"{self.redis}/{number % REDIS_DATABASES}"

    def as_dict(self) -> dict[str, str | int]:
        """A form that xdist can send."""
        return asdict(self)


class Servers:
    """Both servers in a temporary folder, on free ports, nothing forced to disk."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="crm-tests-"))
        self.postgres = EmbeddedPostgres(self._folder, fsync=False, settings={"max_connections": "300"})
        self.redis = EmbeddedRedis(self._folder, persist=False)

    def start(self) -> Addresses:
        """Start both and make the template databases."""
        self.postgres.start()
        self.redis.start()
        addresses = Addresses(self.postgres.superuser_url(), self.postgres.port, self.redis.url(0).rpartition("/")[0])
        prepare_template(addresses)
        return addresses

    def stop(self) -> None:
        """Stop both and remove their files."""
        self.redis.stop()
        self.postgres.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def prepare_template(addresses: Addresses) -> None:
    """Make `crm_bare` (closed and empty) and `crm_template` (the control plane migrated as well)."""
    for database in (BARE, TEMPLATE):
        bootstrap_cluster(addresses.superuser, app_password=PASSWORD, owner_password=PASSWORD, database=database)
    owner = make_owner_engine(addresses.url("crm_owner", TEMPLATE))
    migrate_control(owner)
    owner.dispose()


def copy_database(addresses: Addresses, name: str, *, template: str = TEMPLATE) -> None:
    """Make a database of a test's or worker's own, closed like its template."""
    with psycopg.connect(addresses.superuser, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    with psycopg.connect(addresses.superuser, dbname=name) as connection:
        close_database(connection, name)


def drop_database(addresses: Addresses, name: str) -> None:
    """Remove a database, ending what is still connected to it."""
    with psycopg.connect(addresses.superuser, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
