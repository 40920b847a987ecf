"""Whatever is glued together out of comments, quotes and statements: a unit stays whose it is."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_saas.config import Settings
from crm_saas.kernel.db import ForbiddenStatementError, WallCursor, tenant_plane
from tests.factories.workspaces import WorkspaceFactory

_words = st.sampled_from(["select ", "with ", "values ", "show ", "x", "(", ")", "'", "$$", ";", "\u00a0", "\\", "E'"])
_blank = st.sampled_from([" ", "\n", "\r", "\t", "\v", "\f"])
_comment = st.recursive(
    st.one_of(_words, _blank, st.just("--"), st.just("/"), st.just("*")),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: f"/*{''.join(parts)}*/"),
    max_leaves=6,
)
_line = st.builds(lambda inner, end: f"--{inner}{end}", st.one_of(_words, _comment), st.sampled_from(["\n", "\r", ""]))
_noise = st.lists(st.one_of(_comment, _line, _blank, _words), max_size=4).map("".join)
_hostile = st.sampled_from(
    ["SET ROLE {other}", "SET LOCAL ROLE {other}", "SET ROLE /*\nselect */ {other}", "RESET ROLE", "ROLLBACK", "COMMIT"]
)


@pytest.fixture(scope="module")
def schemas(make_workspace: WorkspaceFactory) -> tuple[str, str]:
    return make_workspace().schema, make_workspace().schema


@pytest.fixture(scope="module")
def walled(settings: Settings, schemas: tuple[str, str]) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    assert schemas
    with psycopg.connect(settings.database_url, autocommit=True, cursor_factory=WallCursor) as connection:
        yield connection


@settings(max_examples=700, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=_noise, hostile=_hostile, more=_noise)
def test_no_statement_changes_whose_the_unit_is(
    walled: psycopg.Connection[tuple[object, ...]], schemas: tuple[str, str], noise: str, hostile: str, more: str
) -> None:
    own, other = schemas
    walled.pgconn.exec_(tenant_plane(uuid.UUID(own.removeprefix("t_"))).begin)
    try:
        walled.execute(f"{noise}{hostile.format(other=other)}{more}".encode())
    except (ForbiddenStatementError, psycopg.Error, ValueError):
        pass
    finally:
        if walled.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
            assert walled.execute("SELECT current_user").fetchone() == (own,)
        else:
            # only an error may have ended the transaction, never a statement
            assert walled.info.transaction_status == psycopg.pq.TransactionStatus.INERROR
        walled.pgconn.exec_(b"ROLLBACK")
        assert walled.execute("SELECT current_user").fetchone() == ("crm_app",)
