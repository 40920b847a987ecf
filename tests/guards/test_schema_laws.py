"""Section 5 of the architecture, read from a real server's catalogue: what keeps a tenant's schema movable."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import RelationshipProperty

from crm_saas.kernel.db import CONTROL_SCHEMA
from crm_saas.models import CONTROL_MODELS, TENANT_MODELS
from tests.factories.workspaces import WorkspaceInfo

MODELS = (*CONTROL_MODELS, *TENANT_MODELS)
_ZONELESS = re.compile(
    r"timestamp without time zone|time without time zone|\bmoney\b|\bserial\b|\bjson\b(?!b)|\bcitext\b"
)


@pytest.fixture(scope="module")
def schema(make_workspace: Any) -> str:  # noqa: ANN401 - the factory, at module scope
    workspace: WorkspaceInfo = make_workspace()
    return workspace.schema


@pytest.fixture(params=["control", "tenant"])
def place(request: pytest.FixtureRequest, schema: str) -> str:
    """The schema of each plane in turn."""
    return CONTROL_SCHEMA if request.param == "control" else schema


def _names(owner: Engine, query: str, schema: str) -> list[str]:
    with owner.connect() as connection:
        return [str(row[0]) for row in connection.execute(text(query), {"schema": schema})]


TABLES = "SELECT relname FROM pg_class WHERE relnamespace = CAST(:schema AS regnamespace) AND relkind = 'r'"


def test_tables_are_those_of_the_models(owner_engine: Engine, place: str) -> None:
    models = CONTROL_MODELS if place == CONTROL_SCHEMA else TENANT_MODELS
    assert set(_names(owner_engine, TABLES, place)) == {model.__tablename__ for model in models} | {"alembic_version"}


def test_every_table_has_a_primary_key(owner_engine: Engine, place: str) -> None:
    without = f"{TABLES} AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'p')"
    assert _names(owner_engine, without, place) == []


def test_nothing_but_tables_and_their_indexes(owner_engine: Engine, place: str) -> None:
    """No view, materialized view, sequence, partition or foreign table."""
    others = (
        "SELECT relname FROM pg_class WHERE relnamespace = CAST(:schema AS regnamespace) AND relkind NOT IN ('r', 'i')"
    )
    assert _names(owner_engine, others, place) == []


LAWS = {
    "no triggers": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM ours)",
    "no rules": "SELECT rulename FROM pg_rewrite WHERE ev_class IN (SELECT oid FROM ours)",
    "no inheritance": "SELECT inhrelid::regclass FROM pg_inherits WHERE inhrelid IN (SELECT oid FROM ours)",
    "no row security": "SELECT relname FROM ours WHERE relrowsecurity",
    "no unlogged table": "SELECT relname FROM ours WHERE relpersistence <> 'p'",
    "no functions": "SELECT proname FROM pg_proc WHERE pronamespace = CAST(:schema AS regnamespace)",
    "no types of their own": """
        SELECT typname FROM pg_type
        WHERE typnamespace = CAST(:schema AS regnamespace) AND typtype IN ('d', 'e', 'r')""",
    "no identity or generated columns": """
        SELECT attname FROM pg_attribute
        WHERE attrelid IN (SELECT oid FROM ours) AND (attidentity <> '' OR attgenerated <> '')""",
    "no default that asks the server (a sequence, the clock, chance)": """
        SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef
        WHERE adrelid IN (SELECT oid FROM ours) AND pg_get_expr(adbin, adrelid) ~ '[(]'""",
    "no deferred constraint": """
        SELECT conname FROM pg_constraint
        WHERE conrelid IN (SELECT oid FROM ours) AND (condeferrable OR condeferred)""",
    "no exclusion constraint": """
        SELECT conname FROM pg_constraint WHERE contype = 'x' AND conrelid IN (SELECT oid FROM ours)""",
    "no foreign key out of the schema": """
        SELECT conname FROM pg_constraint
        WHERE contype = 'f' AND conrelid IN (SELECT oid FROM ours) AND confrelid NOT IN (SELECT oid FROM ours)""",
    "no key from a sequence: UUIDs or text": """
        SELECT conrelid::regclass || '.' || attname
        FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
        WHERE contype = 'p' AND conrelid IN (SELECT oid FROM ours)
        AND atttypid NOT IN ('uuid'::regtype, 'text'::regtype, 'varchar'::regtype)""",
}


@pytest.mark.parametrize("law", list(LAWS))
def test_laws(owner_engine: Engine, place: str, law: str) -> None:
    ours = "WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = CAST(:schema AS regnamespace) AND relkind = 'r') "
    assert _names(owner_engine, ours + LAWS[law], place) == []


def test_types_say_what_they_mean(owner_engine: Engine, place: str) -> None:
    """Instants have a zone, documents are jsonb, numbers are bigint: nothing depends on a session's settings."""
    types = (
        "SELECT c.relname || '.' || attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute"
        " JOIN pg_class c ON c.oid = attrelid WHERE c.relnamespace = CAST(:schema AS regnamespace) AND c.relkind = 'r'"
        " AND attnum > 0 AND NOT attisdropped AND c.relname <> 'alembic_version'"
    )
    for column in _names(owner_engine, types, place):
        assert _ZONELESS.search(column) is None, column
        assert not column.endswith((" integer", " smallint", " real", " double precision")), column


def test_every_foreign_key_is_indexed(owner_engine: Engine, place: str) -> None:
    """Otherwise deleting the other side reads the whole table."""
    bare = (
        "SELECT conname FROM pg_constraint k WHERE contype = 'f' AND connamespace = CAST(:schema AS regnamespace)"
        " AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1])"
    )
    assert _names(owner_engine, bare, place) == []


def test_names_are_lower_case_words(owner_engine: Engine, place: str) -> None:
    for name in _names(owner_engine, TABLES, place):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name), name


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_relationships_load_nothing_unasked(model: Any) -> None:  # noqa: ANN401 - a mapped class
    for name, attribute in model.__mapper__.all_orm_descriptors.items():
        prop = getattr(attribute, "property", None)
        if isinstance(prop, RelationshipProperty):
            assert prop.lazy == "raise", name


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_money_has_a_currency_beside_it(model: Any) -> None:  # noqa: ANN401 - a mapped class
    columns = {column.name for column in model.__table__.columns}
    for column in columns:
        if column.endswith("_minor"):
            assert f"{column.removesuffix('_minor')}_currency" in columns, column
