"""What the database refuses by itself, whatever our code does. Each refusal is an SQLSTATE.

Every suite of refusals has its positive twin: the same statement on one's own schema succeeds, so that a refusal is not
just a typing mistake.
"""

from __future__ import annotations

import itertools

import psycopg
import pytest
from sqlalchemy import Engine, text

from crm_saas.config import Settings
from crm_saas.kernel.bootstrap_sql import APP, CONTROL, EXTENSIONS, inspect_wall
from crm_saas.kernel.db import CONTROL_SCHEMA
from crm_saas.kernel.events import APPEND_ONLY
from crm_saas.kernel.ids import is_schema_name
from crm_saas.kernel.migrate import MIGRATION_TABLE
from crm_saas.models import CONTROL_MODELS, TENANT_MODELS
from tests.factories.workspaces import WorkspaceInfo
from tests.guards.conftest import Attempt
from tests.support.servers import Addresses

DONE, DENIED, NO_FUNCTION = "00000", "42501", "42883"
TENANT_TABLES = sorted(model.__tablename__ for model in TENANT_MODELS)
CONTROL_TABLES = sorted(model.__tablename__ for model in CONTROL_MODELS)
COLUMN = {model.__tablename__: next(iter(model.__table__.columns)).name for model in (*TENANT_MODELS, *CONTROL_MODELS)}
APPEND_ONLY_TABLES = {
    model.__tablename__ for model in TENANT_MODELS if model.metadata.tables[model.__tablename__].info == APPEND_ONLY
}
VERBS = {
    "read": "SELECT * FROM {table}",
    "count": "SELECT count(*) FROM {table}",
    "insert": "INSERT INTO {table} SELECT * FROM {table} WHERE false",
    "update": "UPDATE {table} SET {column} = {column} WHERE false",
    "delete": "DELETE FROM {table} WHERE false",
    "copy out": "COPY {table} TO STDOUT",
    "lock for others": "SELECT * FROM {table} FOR UPDATE",
}
OWNERS_ONLY = {
    "truncate": "TRUNCATE {table}",
    "drop": "DROP TABLE {table}",
    "alter": "ALTER TABLE {table} ADD COLUMN more int",
    "index": "CREATE INDEX more ON {table} ({column})",
    "trigger": "CREATE TRIGGER more BEFORE INSERT ON {table} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "rule": "CREATE RULE more AS ON INSERT TO {table} DO NOTHING",
    "policy": "CREATE POLICY more ON {table}",
    "owner": "ALTER TABLE {table} OWNER TO CURRENT_USER",
}


def _sql(verb: str, schema: str, table: str) -> str:
    return (VERBS | OWNERS_ONLY)[verb].format(table=f"{schema}.{table}", column=COLUMN[table])


class TestOtherSchemas:
    @pytest.mark.parametrize("verb", [*VERBS, *OWNERS_ONLY])
    def test_another_tenants_tables_are_closed(self, as_tenant: Attempt, victim: WorkspaceInfo, verb: str) -> None:
        assert {table: as_tenant(_sql(verb, victim.schema, table)) for table in TENANT_TABLES} == dict.fromkeys(
            TENANT_TABLES, DENIED
        )

    @pytest.mark.parametrize("verb", [*VERBS, *OWNERS_ONLY])
    def test_the_control_plane_is_closed_to_tenants(self, as_tenant: Attempt, verb: str) -> None:
        assert {table: as_tenant(_sql(verb, CONTROL_SCHEMA, table)) for table in CONTROL_TABLES} == dict.fromkeys(
            CONTROL_TABLES, DENIED
        )

    @pytest.mark.parametrize("verb", [*VERBS, *OWNERS_ONLY])
    def test_tenants_are_closed_to_the_control_plane(
        self, as_control: Attempt, victim: WorkspaceInfo, verb: str
    ) -> None:
        assert {table: as_control(_sql(verb, victim.schema, table)) for table in TENANT_TABLES} == dict.fromkeys(
            TENANT_TABLES, DENIED
        )

    @pytest.mark.parametrize("verb", [*VERBS, *OWNERS_ONLY])
    def test_without_a_plane_nothing_is_open(self, without_plane: Attempt, victim: WorkspaceInfo, verb: str) -> None:
        places = [(victim.schema, table) for table in TENANT_TABLES] + [("control", table) for table in CONTROL_TABLES]
        assert {place: without_plane(_sql(verb, *place)) for place in places} == dict.fromkeys(places, DENIED)

    def test_one_own_rows_are_open(self, as_tenant: Attempt, intruder: WorkspaceInfo) -> None:
        tried = {
            (verb, table): as_tenant(_sql(verb, intruder.schema, table))
            for verb, table in itertools.product(VERBS, TENANT_TABLES)
        }
        closed = {place for place, state in tried.items() if state == DENIED}
        assert closed == {
            (verb, table) for table in APPEND_ONLY_TABLES for verb in ("update", "delete", "lock for others")
        }
        assert set(tried.values()) == {DONE, DENIED}

    def test_the_control_plane_is_open_to_its_own_role(self, as_control: Attempt) -> None:
        for table in CONTROL_TABLES:
            assert as_control(_sql("read", CONTROL_SCHEMA, table)) == DONE

    def test_another_schemas_names_cannot_be_used_either(self, as_tenant: Attempt, victim: WorkspaceInfo) -> None:
        assert as_tenant(f"SELECT '{victim.schema}.lead'::regclass") == DENIED
        assert as_tenant(f"SELECT NULL::{victim.schema}.lead") == DENIED
        assert as_tenant(f"SELECT pg_relation_size('{victim.schema}.lead')") == DENIED
        assert as_tenant(f"SET LOCAL search_path = {victim.schema}; SELECT * FROM lead") == "42P01"  # as if not there


class TestOwnSchema:
    @pytest.mark.parametrize("verb", list(OWNERS_ONLY))
    def test_its_tables_belong_to_the_provisioner(self, as_tenant: Attempt, intruder: WorkspaceInfo, verb: str) -> None:
        for table in TENANT_TABLES:
            assert as_tenant(_sql(verb, intruder.schema, table)) == DENIED, table

    @pytest.mark.parametrize("table", sorted(APPEND_ONLY_TABLES))
    def test_the_event_log_only_grows(self, as_tenant: Attempt, intruder: WorkspaceInfo, table: str) -> None:
        schema = intruder.schema
        assert as_tenant(_sql("insert", schema, table)) == DONE
        assert as_tenant(_sql("read", schema, table)) == DONE
        assert as_tenant(f"UPDATE {table} SET type = type") == DENIED
        assert as_tenant(f"DELETE FROM {table}") == DENIED
        assert as_tenant(f"TRUNCATE {table}") == DENIED
        columns = ", ".join(column.name for column in TENANT_MODELS[0].metadata.tables[table].columns)
        assert as_tenant(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} ON CONFLICT (id) DO UPDATE"
                         " SET type = EXCLUDED.type") == DENIED  # fmt: skip

    def test_the_control_planes_event_log_only_grows(self, as_control: Attempt) -> None:
        assert as_control("SELECT id FROM event") == DONE
        assert as_control("UPDATE event SET type = type") == DENIED
        assert as_control("DELETE FROM event") == DENIED
        assert as_control("TRUNCATE event") == DENIED

    def test_its_revision_is_the_migrators(self, as_tenant: Attempt) -> None:
        assert as_tenant(f"SELECT version_num FROM {MIGRATION_TABLE}") == DONE
        assert as_tenant(f"UPDATE {MIGRATION_TABLE} SET version_num = 'x'") == DENIED
        assert as_tenant(f"DELETE FROM {MIGRATION_TABLE}") == DENIED

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TABLE more (id int)",
            "CREATE TABLE more AS SELECT 1",
            "SELECT 1 AS a INTO more",
            "CREATE VIEW more AS SELECT 1",
            "CREATE MATERIALIZED VIEW more AS SELECT 1",
            "CREATE SEQUENCE more",
            "CREATE TYPE more AS (a int)",
            "CREATE DOMAIN more AS int",
            "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE PROCEDURE more() LANGUAGE sql AS 'SELECT 1'",
            "CREATE AGGREGATE more (int) (SFUNC = int4pl, STYPE = int)",
            "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
            "CREATE TEXT SEARCH CONFIGURATION more (COPY = pg_catalog.simple)",
            'CREATE COLLATION more FROM "C"',
            "CREATE STATISTICS more ON name, company FROM lead",
            "CREATE SCHEMA more",
            "CREATE TABLE ext.more (id int)",
            "CREATE TABLE public.more (id int)",
            "CREATE FUNCTION ext.more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        ],
    )  # fmt: skip
    def test_nothing_can_be_made_in_it_or_beside_it(self, as_tenant: Attempt, statement: str) -> None:
        assert as_tenant(statement) == DENIED


class TestServer:
    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TEMP TABLE more (id int)",
            "CREATE TEMP VIEW more AS SELECT 1",
            "CREATE TEMP SEQUENCE more",
            "SELECT 1 AS a INTO TEMP more",
            "CREATE ROLE more",
            "CREATE USER more SUPERUSER",
            "ALTER ROLE crm_app SUPERUSER",
            "ALTER ROLE crm_app SET role = 'crm_control'",
            "ALTER ROLE crm_owner PASSWORD 'known'",
            "ALTER DATABASE postgres SET search_path = public",
            "CREATE EXTENSION dblink",
            "CREATE EXTENSION postgres_fdw",
            "CREATE EXTENSION file_fdw",
            "CREATE FOREIGN DATA WRAPPER more",
            "CREATE PUBLICATION more FOR ALL TABLES",
            "CREATE SUBSCRIPTION more CONNECTION '' PUBLICATION x WITH (connect = false)",
            "CREATE EVENT TRIGGER more ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "CREATE LANGUAGE more HANDLER plpgsql_call_handler",
            "CREATE CAST (int AS box) WITHOUT FUNCTION",
            "CHECKPOINT",
            "LOAD '/tmp/more.so'",
            "SET SESSION AUTHORIZATION postgres",
            "SET ROLE postgres",
            "SET ROLE crm_owner",
            "SET ROLE pg_read_all_data",
            "SET ROLE pg_execute_server_program",
            "SET LOCAL session_replication_role = replica",
            "SET LOCAL log_statement = 'none'",
            "DO $$ BEGIN PERFORM 1; END $$",
            "DO LANGUAGE plpgsql $$ BEGIN EXECUTE 'SET ROLE postgres'; END $$",
            "COPY lead TO PROGRAM 'cat'",
            "COPY (SELECT 1) TO '/tmp/crm-wall'",
            "COPY lead FROM PROGRAM 'id'",
            "COPY lead FROM '/etc/passwd'",
            "GRANT crm_owner TO crm_app",
            "GRANT USAGE ON SCHEMA control TO CURRENT_USER",
        ],
    )
    def test_is_out_of_reach(self, as_tenant: Attempt, statement: str) -> None:
        assert as_tenant(statement) == DENIED

    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER SYSTEM SET log_statement = 'all'",
            "CREATE DATABASE more",
            "DROP DATABASE postgres",
            "CREATE TABLESPACE more LOCATION '/tmp'",
            "ALTER DATABASE postgres SET TABLESPACE pg_default",
        ],
    )
    def test_is_out_of_reach_outside_a_transaction_too(
        self, settings: Settings, intruder: WorkspaceInfo, statement: str
    ) -> None:
        with psycopg.connect(settings.database_url, autocommit=True) as connection:
            connection.execute(f"SET ROLE {intruder.schema}".encode())
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(statement.encode())
        assert caught.value.sqlstate == DENIED

    def test_rights_cannot_be_handed_on(self, settings: Settings, intruder: WorkspaceInfo) -> None:
        with psycopg.connect(settings.database_url) as connection:
            connection.execute(f"SET LOCAL ROLE {intruder.schema}".encode())
            connection.execute(f"GRANT ALL ON {intruder.schema}.lead TO PUBLIC".encode())  # only warns
            row = connection.execute(
                "SELECT count(*) FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = %s::regclass AND a.grantee = 0",
                (f"{intruder.schema}.lead",),
            ).fetchone()
        assert row == (0,)

    @pytest.mark.parametrize(
        "relation",
        [
            *("pg_authid", "pg_shadow", "pg_largeobject", "pg_statistic", "pg_statistic_ext_data", "pg_user_mapping"),
            *("pg_subscription", "pg_hba_file_rules", "pg_ident_file_mappings", "pg_file_settings", "pg_config"),
            *("pg_backend_memory_contexts", "pg_shmem_allocations", "pg_replication_origin_status"),
        ],
    )
    def test_its_secrets_cannot_be_read(self, as_tenant: Attempt, without_plane: Attempt, relation: str) -> None:
        assert as_tenant(f"SELECT * FROM {relation}") == DENIED
        assert without_plane(f"SELECT * FROM {relation}") == DENIED

    @pytest.mark.parametrize(
        "call",
        [
            "pg_read_file('PG_VERSION')", "pg_read_file('PG_VERSION', 0, 10)", "pg_read_binary_file('PG_VERSION')",
            "pg_ls_dir('.')", "pg_ls_logdir()", "pg_ls_waldir()", "pg_ls_tmpdir()", "pg_ls_archive_statusdir()",
            "pg_stat_file('PG_VERSION')", "pg_current_logfile()",
            "lo_create(0)", "lo_creat(-1)", "lo_import('/etc/passwd')", "lo_export(1, '/tmp/x')", "lo_unlink(1)",
            "lo_from_bytea(0, '')", "lo_get(1)", "lo_put(1, 0, '')", "lo_open(1, 131072)", "lo_close(0)",
            "lo_lseek(0, 0, 0)", "lo_lseek64(0, 0, 0)", "lo_tell(0)", "lo_tell64(0)", "lo_truncate(0, 0)",
            "lo_truncate64(0, 0)", "loread(0, 1)", "lowrite(0, '')",
            "set_config('role', 'postgres', false)", "set_config('search_path', 'control', true)",
            "ext.set_limit(0.1)", "setseed(0.5)",
            "query_to_xml('SELECT 1', true, true, '')", "query_to_xmlschema('SELECT 1', true, true, '')",
            "query_to_xml_and_xmlschema('SELECT 1', true, true, '')", "cursor_to_xml('c', 1, true, true, '')",
            "cursor_to_xmlschema('c', true, true, '')", "table_to_xml('lead', true, true, '')",
            "table_to_xmlschema('lead', true, true, '')", "table_to_xml_and_xmlschema('lead', true, true, '')",
            "schema_to_xml('control', true, true, '')", "schema_to_xmlschema('control', true, true, '')",
            "schema_to_xml_and_xmlschema('control', true, true, '')", "database_to_xml(true, true, '')",
            "database_to_xmlschema(true, true, '')", "database_to_xml_and_xmlschema(true, true, '')",
            "ts_stat('SELECT search FROM lead')", "ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, ''b''::tsquery')",
            "pg_advisory_lock(1)", "pg_try_advisory_lock(1)", "pg_advisory_xact_lock(1)", "pg_advisory_unlock_all()",
            "pg_notify('x', 'y')", "pg_logical_emit_message(false, 'x', 'y')", "pg_export_snapshot()",
            "pg_cancel_backend(1)", "pg_terminate_backend(1)", "pg_reload_conf()", "pg_rotate_logfile()",
            "pg_promote()", "pg_switch_wal()", "pg_create_restore_point('x')", "pg_stat_reset()",
            "pg_log_backend_memory_contexts(1)",
        ],
    )  # fmt: skip
    def test_functions_that_reach_out_of_the_transaction_are_closed(self, as_tenant: Attempt, call: str) -> None:
        assert as_tenant(f"SELECT {call}") == DENIED

    def test_settings_cannot_be_changed_through_their_view(self, as_tenant: Attempt, as_control: Attempt) -> None:
        for setting in ("role", "search_path", "statement_timeout"):
            assert as_tenant(f"UPDATE pg_settings SET setting = 'x' WHERE name = '{setting}'") == DENIED
            assert as_control(f"UPDATE pg_settings SET setting = 'x' WHERE name = '{setting}'") == DENIED

    def test_there_is_no_way_to_another_server(self, as_tenant: Attempt) -> None:
        assert as_tenant("SELECT dblink_connect('host=127.0.0.1')") == NO_FUNCTION
        assert as_tenant("SELECT dblink('host=127.0.0.1', 'SELECT 1')") == NO_FUNCTION

    def test_only_the_extensions_we_need_are_there(self, owner_engine: Engine) -> None:
        with owner_engine.connect() as connection:
            found = connection.execute(text("SELECT extname FROM pg_extension")).scalars().all()
        assert set(found) == {*EXTENSIONS, "plpgsql"}

    def test_what_others_are_running_is_hidden(self, settings: Settings, intruder: WorkspaceInfo) -> None:
        with psycopg.connect(settings.database_url) as busy, psycopg.connect(settings.database_url) as spy:
            busy.execute("SELECT 'secret of another'")
            spy.execute(f"SET LOCAL ROLE {intruder.schema}".encode())
            rows = spy.execute(
                "SELECT query FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query <> ''"
            ).fetchall()
        assert rows
        assert {row[0] for row in rows} == {"<insufficient privilege>"}

    def test_statistics_about_other_peoples_values_are_hidden(
        self, addresses: Addresses, settings: Settings, victim: WorkspaceInfo, intruder: WorkspaceInfo
    ) -> None:
        database = settings.database_url.rpartition("/")[2]
        with psycopg.connect(addresses.superuser, dbname=database, autocommit=True) as connection:
            connection.execute(f"ANALYZE {victim.schema}.record_count".encode())
            query = f"SELECT count(*) FROM pg_stats WHERE schemaname = '{victim.schema}'".encode()
            row = connection.execute(query).fetchone()
            assert row is not None
            assert row[0] > 0
        with psycopg.connect(settings.database_url) as spy:
            spy.execute(f"SET LOCAL ROLE {intruder.schema}".encode())
            row = spy.execute(query).fetchone()
        assert row == (0,)


class TestGrants:
    def test_the_wall_has_no_known_weakness(self, settings: Settings) -> None:
        with psycopg.connect(settings.database_url) as connection:
            assert inspect_wall(connection).weaknesses == ()

    def test_a_database_that_was_not_closed_is_noticed(self, addresses: Addresses, settings: Settings) -> None:
        database = settings.database_url.rpartition("/")[2]
        with psycopg.connect(addresses.superuser, dbname=database) as connection:
            connection.execute("GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO PUBLIC")
            connection.execute("GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC")
            found = inspect_wall(connection).weaknesses
            connection.rollback()
        assert "code blocks" in found
        assert "everybody may call set_config(text,text,boolean)" in found
        assert "login is superuser" in found

    def test_tenant_roles_cannot_log_in_and_are_lent_without_inheritance(
        self, owner_engine: Engine, victim: WorkspaceInfo
    ) -> None:
        # one snapshot: other workers provision in the same cluster meanwhile
        with owner_engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            roles = connection.execute(
                text(
                    "SELECT rolname, rolcanlogin, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls,"
                    " rolreplication FROM pg_roles WHERE rolname ~ '^t_' OR rolname = :control"
                ),
                {"control": CONTROL},
            ).all()
            lent = connection.execute(
                text(
                    "SELECT granted.rolname, member.rolname AS to_whom, m.inherit_option, m.set_option, m.admin_option"
                    " FROM pg_auth_members m JOIN pg_roles granted ON granted.oid = m.roleid"
                    " JOIN pg_roles member ON member.oid = m.member"
                    " WHERE granted.rolname ~ '^t_' OR granted.rolname = :control"
                ),
                {"control": CONTROL},
            ).all()
        assert {tuple(row)[1:] for row in roles} == {(False,) * 7}
        assert victim.schema in {row.rolname for row in roles}
        to_app = [row for row in lent if row.to_whom == APP]
        assert {row.rolname for row in to_app} == {row.rolname for row in roles}
        assert {(row.inherit_option, row.set_option, row.admin_option) for row in to_app} == {(False, True, False)}
        # the only other member is whoever made the role, and that one cannot become it
        assert {(row.inherit_option, row.set_option) for row in lent if row.to_whom != APP} <= {(False, False)}

    def test_every_grant_in_the_database_is_one_we_know(self, owner_engine: Engine) -> None:
        """Read the catalogue: on each of our tables only the owner and the schema's own role have rights."""
        with owner_engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT n.nspname, c.relname, coalesce(r.rolname, 'PUBLIC') AS who,"
                    " array_agg(a.privilege_type::text) AS rights"
                    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
                    " aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a"
                    " LEFT JOIN pg_roles r ON r.oid = a.grantee"
                    " WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S')"
                    " AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
                    " AND coalesce(r.rolname, 'PUBLIC') <> 'crm_owner'"
                    " GROUP BY 1, 2, 3"
                )
            ).all()
        assert rows
        for row in rows:
            expected = CONTROL if row.nspname == CONTROL_SCHEMA else row.nspname
            assert row.who == expected, row
            assert is_schema_name(row.nspname) or row.nspname == CONTROL_SCHEMA, row
            if row.relname in APPEND_ONLY_TABLES:
                assert set(row.rights) == {"SELECT", "INSERT"}, row
            elif row.relname == MIGRATION_TABLE:
                assert set(row.rights) == {"SELECT"}, row
            else:
                assert set(row.rights) == {"SELECT", "INSERT", "UPDATE", "DELETE"}, row

    def test_every_schema_is_open_to_its_role_only(self, owner_engine: Engine) -> None:
        with owner_engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT n.nspname, coalesce(r.rolname, 'PUBLIC') AS who, a.privilege_type"
                    " FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a"
                    " LEFT JOIN pg_roles r ON r.oid = a.grantee"
                    " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
                    " AND a.grantee <> n.nspowner"
                )
            ).all()
        allowed = {("ext", "PUBLIC", "USAGE"), ("control", CONTROL, "USAGE")}
        for row in rows:
            assert tuple(row) in allowed or tuple(row) == (row.nspname, row.nspname, "USAGE"), row

    def test_the_owner_of_the_schemas_is_another_login(self, settings: Settings) -> None:
        wrong = settings.database_url.replace("crm_app", "postgres")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(wrong, connect_timeout=5)
