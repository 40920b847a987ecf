from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import time_machine
from sqlalchemy.exc import OperationalError

from crm_saas.kernel.clock import now
from crm_saas.kernel.db import control_plane, make_engine, sqlalchemy_url, sqlstate, tenant_plane
from crm_saas.kernel.directory import Directory


def test_a_plane_begins_with_role_and_path_for_this_transaction_only() -> None:
    tenant = tenant_plane(uuid.UUID(int=10))
    name = "t_0000000000000000000000000000000a"
    assert tenant.begin.decode() == f'BEGIN; SET LOCAL ROLE "{name}"; SET LOCAL search_path = {name}, ext'
    assert control_plane().begin == b'BEGIN; SET LOCAL ROLE "crm_control"; SET LOCAL search_path = control, ext'


def test_addresses_are_libpq_uris() -> None:
    assert sqlalchemy_url("postgresql://a:b@h:1/d") == "postgresql+psycopg://a:b@h:1/d"
    assert sqlalchemy_url("postgres://a@h/d") == "postgresql+psycopg://a@h/d"
    with pytest.raises(ValueError, match="postgresql://"):
        sqlalchemy_url("mysql://a@h/d")


def test_a_server_that_is_not_there_is_one_error_and_not_many_tries() -> None:
    engine = make_engine("postgresql://crm_app:x@127.0.0.1:1/crm")
    with pytest.raises(OperationalError) as caught:
        engine.connect()
    assert caught.value.connection_invalidated is False
    engine.dispose()


def test_the_state_behind_an_error_is_found_through_its_wrapper() -> None:
    inner = psycopg.errors.UniqueViolation("x")
    assert sqlstate(inner) == "23505"
    assert sqlstate(OperationalError("", None, inner)) == "23505"
    assert sqlstate(ValueError()) is None


def test_a_directory_needs_a_default_node() -> None:
    with pytest.raises(KeyError):
        Directory({})


def test_now_is_aware_utc_and_can_be_moved() -> None:
    assert now().utcoffset() == timedelta(0)
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False):
        assert now() == datetime(2030, 1, 1, tzinfo=UTC)
