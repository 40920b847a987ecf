from __future__ import annotations

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from crm_saas.config import Settings
from crm_saas.kernel import uow
from crm_saas.kernel.directory import DEFAULT_NODE, Directory
from tests.support.client import Client
from tests.support.servers import Addresses


def test_instants_are_utc_whatever_the_time_zone_of_the_server(
    client: Client, settings: Settings, addresses: Addresses, directory: Directory
) -> None:
    lead = client.add_lead(name="A")
    database = make_url(settings.database_url).database
    assert database is not None
    setting = sql.SQL("ALTER ROLE crm_app IN DATABASE {} {} timezone").format
    with psycopg.connect(addresses.superuser, autocommit=True) as superuser:
        superuser.execute(setting(sql.Identifier(database), sql.SQL("SET")) + sql.SQL(" = 'Asia/Kathmandu'"))
        elsewhere = Directory({DEFAULT_NODE: settings.database_url})
        uow.configure(elsewhere)
        try:
            assert client.get(f"/leads/{lead['id']}").get_json() == lead
            assert client.get("/leads?sort=-updated_at").get_json()["data"] == [lead]
            entry = client.get(f"/leads/{lead['id']}/history").get_json()["data"][0]
            assert entry["at"].endswith("Z")
            changed = client.change_lead(lead, name="B")
            assert client.get(f"/leads/{lead['id']}").get_json() == changed
        finally:
            uow.configure(directory)
            elsewhere.dispose()
            superuser.execute(setting(sql.Identifier(database), sql.SQL("RESET")))
