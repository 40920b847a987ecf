"""`crm-saas prepare` on a server of the operator's own."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from click.testing import CliRunner

from crm_saas.commands import prepare
from crm_saas.config import Settings
from tests.support.servers import Addresses


@pytest.fixture
def database() -> str:
    return f"own_{uuid.uuid4().hex[:8]}"


def settings_for(addresses: Addresses, settings: Settings, database: str) -> dict[str, str]:
    return {
        "CRM_ENVIRONMENT": "test",
        "CRM_SECRET_KEY": settings.secret_key,
        "CRM_DATABASE_URL": addresses.url("crm_app", database),
        "CRM_OWNER_DATABASE_URL": addresses.url("crm_owner", database),
        "CRM_REDIS_URL": settings.redis_url,
        "CRM_DATA_DIR": str(settings.data_dir),
    }


def test_a_server_is_made_ready_and_may_be_made_so_again(
    addresses: Addresses, settings: Settings, database: str
) -> None:
    env = settings_for(addresses, settings, database)
    for _ in range(2):
        done = CliRunner().invoke(prepare.command, input=f"{addresses.superuser}\n", env=env)
        assert done.exit_code == 0, done.output
        assert "ready" in done.output
        assert addresses.superuser not in done.output
    with psycopg.connect(addresses.url("crm_app", database)) as connection:
        row = connection.execute("SELECT has_schema_privilege('control', 'USAGE')").fetchone()
        assert row == (False,)


def test_a_wrong_address_is_one_line(addresses: Addresses, settings: Settings, database: str) -> None:
    env = settings_for(addresses, settings, database)
    done = CliRunner().invoke(prepare.command, input="postgresql://postgres:no@127.0.0.1:1/postgres\n", env=env)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
