"""A person of whom a workspace knows much, in many places, and a look at all that is stored."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from crm_saas.crm.batches import jobs as batch_jobs
from crm_saas.crm.erasure import jobs as erasure_jobs
from crm_saas.crm.imports import jobs as import_jobs
from crm_saas.crm.takeout import service as takeout
from crm_saas.kernel import uow
from crm_saas.kernel.ids import schema_name
from crm_saas.tenants.erased import Erased
from crm_saas.tenants.keeping import tasks
from crm_saas.tenants.keeping.model import OPEN, KeepingTask
from crm_saas.tenants.keeping.places import exports_of, files_of
from crm_saas.tenants.keeping.tables import canonical, read, tables_of
from tests.support.client import Client

NAME, FIRM = "Ada Zephyrine", "Zephyr Works"
EMAIL, OLD_EMAIL = "ada.zephyrine@zq.example", "Ada.Old@zq.example"
PHONE, TYPED_PHONE = "+493087654321", "030 / 876 543 21"
STREET = "Quibblegasse 9"
MARKS = (b"zephyrine", b"ada.old@", b"87654321", b"876 543 21", b"quibblegasse")
"""What nothing holds any more after she was erased, compared in lower case."""


@dataclass(frozen=True)
class Known:
    """Ids of what is known of her, and of what only mentions her."""

    lead: dict[str, Any]
    twin: str
    """A deleted lead with one of her addresses."""
    other: dict[str, Any]
    """A lead of somebody else, whose notes name her address."""
    batch: str
    run: str


def known(client: Client) -> Known:
    """Make her known to a workspace."""
    lead = client.add_lead(name=NAME, company=FIRM, emails=[OLD_EMAIL], phones=[PHONE], street=STREET, city="Bern")
    lead = client.change_lead(lead, emails=[EMAIL], notes=f"{NAME} prefers mail")
    _answered(client.post(f"/leads/{lead['id']}/comments", {"body": f"Called {NAME} at {TYPED_PHONE}."}), 201)
    twin = client.add_lead(allow_duplicates=True, name=NAME, emails=[OLD_EMAIL.lower()])
    _answered(client.delete(f"/leads/{twin['id']}", twin["version"]), 204)
    other = client.add_lead(name="Bo Other", notes=f"Ask {EMAIL} first", emails=["bo@other.example"])
    _answered(client.post(f"/leads/{other['id']}/comments", {"body": f"Via {EMAIL.upper()}"}), 201)
    view = {"object": "lead", "name": f"Of {EMAIL}", "query": {"filter": _about()}}
    _answered(client.post("/views", view), 201)
    job = _answered(client.post("/batches", {"kind": "update", "set": {"rating": "hot"}, "filter": _about()}), 202)
    batch_jobs.work(str(client.workspace_id), job["id"])
    run = uploaded(client, f"Name,Email\nNew {NAME},not-an-address {EMAIL}\nCy,cy@zq.example\n")
    _answered(client.post(f"/imports/{run}/start", {"dry_run": False}), 202)
    import_jobs.work(str(client.workspace_id), run)
    uploaded(client, f"Name,Email\nWaiting,{EMAIL}\n")
    return Known(client.get(f"/leads/{lead['id']}").get_json(), twin["id"], other, job["id"], run)


def _about() -> dict[str, Any]:
    return {"all": [{"field": "emails", "op": "has", "value": EMAIL}]}


def _answered(answer: Any, status: int) -> Any:  # noqa: ANN401
    assert answer.status_code == status, answer.text
    return answer.get_json(silent=True)


def uploaded(client: Client, text: str) -> str:
    """Upload a file; the id of its import."""
    form = {"file": (io.BytesIO(text.encode()), "leads.csv"), "object": "lead"}
    made = client.call("POST", "/imports", data=form, content_type="multipart/form-data")
    return str(_answered(made, 201)["id"])


def exported(client: Client, user_id: uuid.UUID) -> None:
    """Export the whole workspace."""
    with uow.control() as unit:
        task_id = takeout.ask(unit, user_id, client.workspace_id).id
    assert tasks.work(task_id)


def kept(workspace_id: uuid.UUID) -> None:
    """Be the `keep` worker until nothing waits for it here."""
    assert erasure_jobs.HANDLERS
    waiting = select(KeepingTask.id).where(KeepingTask.workspace_id == workspace_id, KeepingTask.state.in_(OPEN))
    while True:
        with uow.control() as unit:
            task_id = unit.session.scalars(waiting.order_by(KeepingTask.id).limit(1)).first()
        if task_id is None:
            return
        tasks.work(task_id)


def looked_for(client: Client, subject: dict[str, Any]) -> dict[str, Any]:
    """Search for a person from beginning to end; what was found."""
    asked = _answered(client.post("/erasures", subject), 202)
    kept(client.workspace_id)
    found: dict[str, Any] = client.get(f"/erasures/{asked['id']}").get_json()
    assert found["state"] == "found", found
    return found


def erased(client: Client, found: dict[str, Any], **choices: Any) -> dict[str, Any]:  # noqa: ANN401
    """Erase what was found, all of it unless said otherwise; the certificate."""
    records = [{"type": each["type"], "id": each["id"]} for each in found["records"]]
    body = {"mode": "whole", "records": records, "typed": found["title"]} | choices
    _answered(client.post(f"/erasures/{found['id']}/confirm", body), 202)
    kept(client.workspace_id)
    listed = client.get("/erasures").get_json()
    return next(dict(each) for each in listed["data"] if each["id"] == found["id"])


def everything(owner: Engine, workspace_id: uuid.UUID, *, suffix: str = "") -> dict[str, bytes]:
    """Every byte that is stored of a workspace, by place, in lower case: tables, files, exports, its certificates."""
    found: dict[str, bytes] = {}
    schema = schema_name(workspace_id) + suffix
    with owner.begin() as connection:
        canonical(connection)
        for table in tables_of(connection, schema):
            found[table.name] = b"".join(read(connection, schema, table)).lower()
    for folder in (files_of(workspace_id), exports_of(workspace_id)):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            found[path.name] = path.read_bytes().replace(b"\0", b"").lower()
    with uow.control() as unit:
        rows = unit.connection.execute(select(Erased.__table__).where(Erased.workspace_id == workspace_id)).all()
    found["control"] = repr(rows).lower().encode()
    return found


def traces(owner: Engine, workspace_id: uuid.UUID, marks: tuple[bytes, ...] = MARKS) -> list[tuple[str, bytes]]:
    """Where something of her is still stored."""
    return [
        (place, mark) for place, content in everything(owner, workspace_id).items() for mark in marks if mark in content
    ]
