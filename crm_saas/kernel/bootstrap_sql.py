"""Prepare a PostgreSQL server for the product: logins, the database, extensions, and everything the wall revokes.

Run by a superuser: by the embedded launcher at every start, or by an operator once for each node. Idempotent.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

OWNER, APP, CONTROL = "crm_owner", "crm_app", "crm_control"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")
STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 5_000
IDLE_TRANSACTION_TIMEOUT_MS = 60_000
_TIMEOUTS = {
    "statement_timeout": STATEMENT_TIMEOUT_MS,
    "lock_timeout": LOCK_TIMEOUT_MS,
    "idle_in_transaction_session_timeout": IDLE_TRANSACTION_TIMEOUT_MS,
}


def bootstrap_cluster(superuser_url: str, *, app_password: str, owner_password: str, database: str) -> None:
    """Make the roles and the database, and close what PostgreSQL leaves open to everybody.

    Arguments: `superuser_url` a libpq URI of any database of the server; passwords for the two logins; the name of
    the product's database. Raises `psycopg.Error` when the server refuses.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        _roles(connection, app_password, owner_password)
        _database(connection, database)
    with psycopg.connect(superuser_url, dbname=database, autocommit=False) as connection:
        _schemas(connection)
        close_database(connection, database)


def _roles(connection: psycopg.Connection, app_password: str, owner_password: str) -> None:
    wanted = {
        APP: f"LOGIN NOINHERIT NOCREATEDB NOCREATEROLE PASSWORD {_literal(app_password)}",
        OWNER: f"LOGIN NOINHERIT NOCREATEDB CREATEROLE PASSWORD {_literal(owner_password)}",
        CONTROL: "NOLOGIN NOINHERIT",
    }
    present = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role, options in wanted.items():
        verb = "ALTER" if role in present else "CREATE"
        connection.execute(f"{verb} ROLE {role} {options}".encode())
    connection.execute(grant_role(CONTROL, APP, connection.info.server_version))
    for setting, milliseconds in _TIMEOUTS.items():
        # on the login: SET ROLE does not apply the settings of the role it takes
        connection.execute(f"ALTER ROLE {APP} SET {setting} = {milliseconds}".encode())


def grant_role(role: str, to: str, server_version: int) -> bytes:
    """Return the GRANT that lets `to` become `role` without inheriting its rights."""
    options = " WITH INHERIT FALSE, SET TRUE" if server_version >= 16_00_00 else ""
    return f'GRANT "{role}" TO "{to}"{options}'.encode()


def _database(connection: psycopg.Connection, database: str) -> None:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
    if found is None:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(_name(database)))


def _schemas(connection: psycopg.Connection) -> None:
    connection.execute("CREATE SCHEMA IF NOT EXISTS ext")
    # usage for everybody, not per tenant: a thousand grants would fight for one catalogue row
    connection.execute("GRANT USAGE ON SCHEMA ext TO PUBLIC")
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA ext").format(_name(extension)))
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS control AUTHORIZATION {}").format(_name(OWNER)))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA control TO {}").format(_name(CONTROL)))
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")


def close_database(connection: psycopg.Connection, database: str) -> None:
    """Revoke what PostgreSQL grants to everybody in the connected `database`.

    The grants on the database itself are not copied by CREATE DATABASE ... TEMPLATE: repeat this for each copy.
    """
    name = _name(database)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(name, _name(APP), _name(OWNER)))
    connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(name, _name(OWNER)))
    connection.execute("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC")
    # its update rule calls set_config
    connection.execute("REVOKE UPDATE ON pg_catalog.pg_settings FROM PUBLIC")
    for signature in open_functions(connection):
        connection.execute(f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC".encode())
    # pg_dump, run by the operator as the owner, begins with set_config
    connection.execute(
        sql.SQL("GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO {}").format(_name(OWNER))
    )


_CLOSED_PREFIXES = (
    *("lo_", "pg_read_", "pg_ls_", "pg_stat_file"),  # files and large objects
    *("query_to_", "cursor_to_", "table_to_", "schema_to_", "database_to_"),  # run SQL handed to them as text
    *("pg_advisory", "pg_try_advisory"),  # locks shared by the whole database, some of them by the whole session
)
_CLOSED_NAMES = (
    *("loread", "lowrite"),
    *("ts_stat", "ts_rewrite"),  # run SQL handed to them as text
    *("set_config", "set_limit", "setseed"),  # leave a setting behind in the session
    *("pg_notify", "pg_logical_emit_message", "pg_export_snapshot"),  # are heard outside the transaction
    *("pg_cancel_backend", "pg_terminate_backend"),  # stop other people's requests
)
_OPEN_FUNCTIONS = """
    SELECT p.oid::regprocedure::text
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('pg_catalog', 'ext')
      AND (p.proname = ANY (%(names)s) OR p.proname ~ %(prefixes)s)
      AND NOT (p.proname = 'ts_rewrite' AND p.pronargs = 3)  -- this form takes no SQL
      AND EXISTS (
        SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
    ORDER BY 1
"""


def open_functions(connection: psycopg.Connection) -> list[str]:
    """Return the signatures of functions the wall closes that everybody may still call (none, after preparation).

    Large objects and files, settings, messages and locks shared by the whole database, and functions that run SQL
    handed to them as text.
    """
    wanted = {"names": list(_CLOSED_NAMES), "prefixes": f"^({'|'.join(_CLOSED_PREFIXES)})"}
    return [str(row[0]) for row in connection.execute(_OPEN_FUNCTIONS, wanted)]


@dataclass(frozen=True, slots=True)
class Wall:
    """What a server still leaves open; empty means the wall stands as designed."""

    weaknesses: tuple[str, ...]


def inspect_wall(connection: psycopg.Connection) -> Wall:
    """Look, with any login, at what the server would still let a tenant's transaction do."""
    weak = [f"everybody may call {signature}" for signature in open_functions(connection)]
    rows = connection.execute(_WEAKNESSES).fetchone() or ()
    weak += [label for label, on in zip(_LABELS, rows, strict=True) if on]
    return Wall(tuple(weak))


_LABELS = (
    "login is superuser",
    "login bypasses row security",
    "login inherits",
    "temporary tables",
    "public writable",
    "settings writable",
    "code blocks",
)
_WEAKNESSES = """
    SELECT rolsuper, rolbypassrls, rolinherit,
           has_database_privilege(current_database(), 'TEMP'), has_schema_privilege('public', 'CREATE'),
           has_table_privilege('pg_catalog.pg_settings', 'UPDATE'), has_language_privilege('plpgsql', 'USAGE')
    FROM pg_roles WHERE rolname = session_user
"""


def _name(text: str) -> sql.Identifier:
    return sql.Identifier(text)


def _literal(text: str) -> str:
    if not text.isalnum():
        msg = "database passwords are made of letters and digits"
        raise ValueError(msg)
    return f"'{text}'"
