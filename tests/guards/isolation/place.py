"""A workspace to attack or to attack from: its people's browsers, and everything that can be planted in it."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from typing import Any, Final

from flask import Flask
from sqlalchemy import delete

from crm_saas.crm.assignment.model import AssignmentRule
from crm_saas.crm.batches import jobs as batch_jobs
from crm_saas.crm.handover import jobs as hand_over_jobs
from crm_saas.crm.imports import jobs as import_jobs
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.qualification.model import QualificationCriterion, QualificationFinding
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.retention.model import RetentionRule, RetentionRun
from crm_saas.crm.takeout import service as takeout
from crm_saas.kernel import relay, uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.files import file_store
from crm_saas.kernel.ids import uuid7
from crm_saas.models import TENANT_MODELS
from crm_saas.tenants import own_roles, process, teams
from crm_saas.tenants.keeping import closing, tasks
from crm_saas.tenants.keeping.model import Backup, KeepingTask
from crm_saas.tenants.models import Invitation, Membership, Workspace
from crm_saas.tenants.roles import SHIPPED
from crm_saas.worker import load_jobs
from tests.factories.people import invite
from tests.factories.workspaces import Person, WorkspaceInfo, add_member, make_membership, order_workspace
from tests.guards.isolation.ask import Ask
from tests.support.browser import Browser
from tests.support.client import Client
from tests.support.persons import kept

Document = dict[str, Any]
EXAMPLES: Final[dict[str, Document]] = {
    "lead": {"name": "{mark} Person", "company": "{mark} Ltd", "notes": "{mark} notes", "tags": ["{mark}"]},
}
"""A record of each type that can be created; `{mark}` becomes the workspace's marker."""
CHANGES: Final[dict[str, Document]] = {"lead": {"city": "Berlin"}}
"""A change of such a record."""


class Place:
    """A workspace, the browsers of its members by role, and a marker that all its texts carry."""

    def __init__(self, app: Flask, info: WorkspaceInfo, marker: str) -> None:
        self.app = app
        self.info = info
        self.marker = marker
        self.clients = {role: Client.signed_in(app, person, info.id) for role, person in info.members.items()}

    @property
    def owner(self) -> Client:
        """The owner's browser."""
        return self.clients["owner"]

    @property
    def person(self) -> Person:
        """The owner."""
        return self.info.owner

    def example(self, rtype: RecordType) -> Document:
        """A record that may be created here."""
        return {name: _marked(value, self.marker) for name, value in EXAMPLES[rtype.name].items()}

    def record(self, rtype: RecordType) -> Document:
        """Plant a record."""
        answer = self.owner.post(f"/{rtype.plural}?allow_duplicates=1", self.example(rtype))
        assert answer.status_code == 201, answer.text
        planted: Document = answer.get_json()
        return planted

    def comment(self, rtype: RecordType) -> tuple[str, str]:
        """Plant a record that the owner has said something about; the ids of both."""
        planted = self.record(rtype)
        answer = self.owner.post(f"/{rtype.plural}/{planted['id']}/comments", {"body": f"{self.marker} said"})
        assert answer.status_code == 201, answer.text
        return str(planted["id"]), str(answer.get_json()["id"])

    def notified(self) -> str:
        """Plant something that the owner should hear of; the id of the notification."""
        record = self.record(LEAD)
        said = {"body": f"{self.marker} <@{self.person.id}>"}
        assert self.clients["sales"].post(f"/leads/{record['id']}/comments", said).status_code == 201
        load_jobs()
        relay.relay_tenant(str(self.info.id))
        return str(self.owner.get("/notifications?limit=1").get_json()["data"][0]["id"])

    def deleted_record(self, rtype: RecordType) -> Document:
        """Plant a record and delete it."""
        planted = self.record(rtype)
        answer = self.owner.delete(f"/{rtype.plural}/{planted['id']}", planted["version"])
        assert answer.status_code == 204, answer.text
        return planted

    def saved_view(self) -> Document:
        """Plant a view that the owner keeps for themselves."""
        answer = self.owner.post("/views", {"object": "lead", "name": f"{self.marker} view"})
        assert answer.status_code == 201, answer.text
        planted: Document = answer.get_json()
        return planted

    def other_session(self) -> str:
        """Sign the owner in once more, elsewhere; return that session's id."""
        browser = Browser(self.app)
        browser.sign_in(self.person.email, self.person.password)
        listed = browser.get("/api/session/sessions").get_json()["data"]
        return next(str(session["id"]) for session in listed if session["current"])

    def begun_two_factor(self) -> None:
        """Have the owner begin to set a second factor up."""
        assert self.owner.browser.post("/api/session/two-factor").status_code == 200

    def upload(self) -> dict[str, object]:
        """The form of an upload: one good row and one that will be rejected."""
        text = f"Company,Email\n{self.marker} Inc,info@{self.marker}.example\n{self.marker} Bad,not-an-address\n"
        return {"file": (io.BytesIO(text.encode()), f"{self.marker}.csv"), "object": "lead"}

    def ready_import(self) -> str:
        """Plant an import that waits to be started."""
        answer = self.owner.call("POST", "/imports", data=self.upload(), content_type="multipart/form-data")
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    def queued_import(self) -> str:
        """Plant an import that was started."""
        import_id = self.ready_import()
        answer = self.owner.post(f"/imports/{import_id}/start", {"dry_run": False})
        assert answer.status_code == 202, answer.text
        return import_id

    def finished_import(self) -> str:
        """Plant an import that has run, with a rejected row."""
        import_id = self.queued_import()
        import_jobs.work(str(self.info.id), import_id)
        body = self.owner.get(f"/imports/{import_id}").get_json()
        assert (body["state"], body["counts"]["rejected"]) == ("done", 1), body
        return import_id

    @property
    def address_of_somebody(self) -> str:
        """An address that a lead here has."""
        return f"somebody@{self.marker}.example"

    def person_found(self) -> str:
        """Plant a search for a person that has found a lead, while no import is at work."""
        for run in self.owner.get("/imports").get_json()["data"]:
            import_jobs.work(str(self.info.id), run["id"])
        lead = {"name": f"{self.marker} Somebody", "emails": [self.address_of_somebody]}
        self.owner.post("/leads?allow_duplicates=1", lead)
        self.no_task("erase")
        asked = self.owner.post("/erasures", {"email": self.address_of_somebody})
        assert asked.status_code == 202, asked.text
        kept(self.info.id)
        return str(asked.get_json()["id"])

    def retention_of(self, version: int) -> None:
        """Plant a rule of retention with a version."""
        with uow.tenant(self.info.id) as unit:
            unit.connection.execute(delete(RetentionRule))
            unit.session.add(
                RetentionRule(
                    record_type="lead", months=24, filter=None, history_months=None, history_through=None,
                    next_run_at=now() + timedelta(days=7), version=version, updated_at=now(),
                    updated_by_id=self.info.owner.id,
                )
            )  # fmt: skip

    def retention_run(self) -> str:
        """Plant a deletion by a rule of retention."""
        lead = self.record(LEAD)
        job = self.owner.post("/batches", {"object": "lead", "kind": "delete", "ids": [str(lead["id"])]}).get_json()
        batch_jobs.work(str(self.info.id), job["id"])
        with uow.tenant(self.info.id) as unit:
            unit.session.add(
                RetentionRun(
                    id=uuid.UUID(job["id"]), record_type="lead", months=24, filter=None, started_at=now(),
                    erase_at=now() + timedelta(days=30), erased_at=None,
                )
            )  # fmt: skip
        return str(job["id"])

    def many(self) -> dict[str, Any]:
        """Plant a record and say a change of it, as one of many."""
        record = self.record(LEAD)
        return {"object": "lead", "kind": "update", "ids": [str(record["id"])], "set": {"city": "Leeds"}}

    def queued_batch(self) -> str:
        """Plant a change of many records that waits for its worker."""
        answer = self.owner.post("/batches", self.many())
        assert answer.status_code == 202, answer.text
        return str(answer.get_json()["id"])

    def finished_batch(self) -> str:
        """Plant a change of many records that has run."""
        job_id = self.queued_batch()
        batch_jobs.work(str(self.info.id), job_id)
        body = self.owner.get(f"/batches/{job_id}").get_json()
        assert (body["state"], body["counts"]["changed"]) == ("done", 1), body
        return job_id

    def no_task(self, kind: str) -> Ask:
        """See that nothing of a kind is under way here."""
        with uow.control() as unit:
            unit.connection.execute(
                delete(KeepingTask).where(KeepingTask.workspace_id == self.info.id, KeepingTask.kind == kind)
            )
        return Ask()

    def tested_backup(self) -> str:
        """Plant a backup, without its folder."""
        backup = {
            "id": uuid7(), "workspace_id": self.info.id, "reason": "asked", "revision": "0001", "rows": 1,
            "counts": {"lead": 1}, "files": 0, "size": 1, "milliseconds": 1, "taken_at": now(), "verified_at": now(),
        }  # fmt: skip
        with uow.control() as unit:
            unit.session.add(Backup(**backup))
        return str(backup["id"])

    def restoring(self) -> Ask:
        """What an owner sends to have a backup restored."""
        self.no_task("restore")
        return Ask(json={"backup_id": self.tested_backup(), "name": self.info.name})

    def finished_export(self) -> str:
        """Plant an export that the owner asked for."""
        self.no_task("export")
        with uow.control() as unit:
            task_id = takeout.ask(unit, self.person.id, self.info.id).id
        assert tasks.work(task_id)
        return str(task_id)

    def expendable(self, state: str) -> uuid.UUID:
        """Plant one more workspace of the owner's, open or closed."""
        info = order_workspace(name="Expendable")
        with uow.control() as unit:
            make_membership(unit, info.id, self.person, "owner")
        assert process.provisioner().provision(info.id)
        if state == "closed":
            with uow.control() as unit:
                closing.close(unit, info.id, self.person.id, "Expendable")
        return info.id

    def own_role(self) -> str:
        """Plant a role of the workspace's own."""
        draft = own_roles.Draft(f"{self.marker} {uuid.uuid4().hex[:8]}", "viewer", SHIPPED["viewer"])
        self._room(own_roles.Role)
        with uow.tenant(self.info.id) as unit:
            return own_roles.add(unit, draft).key

    def team(self) -> str:
        """Plant a team."""
        with uow.tenant(self.info.id) as unit:
            return str(teams.add(unit, teams.Draft(f"{self.marker} team", None, 0)).id)

    def _room(self, model: type[own_roles.Role]) -> None:
        """Leave room for one more row of a table that is bounded."""
        with uow.tenant(self.info.id) as unit:
            unit.connection.execute(delete(model))

    def demanded(self) -> Document:
        """What is demanded of leads before they are qualified."""
        document: Document = self.owner.get("/qualification").get_json()
        return document

    def room_for_criteria(self, ask: Ask) -> Ask:
        """Leave room for one more criterion."""
        with uow.tenant(self.info.id) as unit:
            unit.connection.execute(delete(QualificationFinding))
            unit.connection.execute(delete(QualificationCriterion))
        return ask

    def criterion(self) -> str:
        """Plant a criterion."""
        self.room_for_criteria(Ask())
        answer = self.owner.post("/qualification/criteria", {"name_en": f"{self.marker} criterion"})
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    def waiting_lead(self) -> str:
        """Plant a lead that waits for somebody to confirm that it is qualified."""
        lead = self.record(LEAD)
        self.owner.patch("/qualification", {"confirm": True}, self.demanded()["version"])
        answer = self.clients["sales"].post(f"/leads/{lead['id']}/qualify", {"note": f"{self.marker} note"})
        assert answer.get_json()["qualification_state"] == "waiting", answer.text
        return str(lead["id"])

    def assignment(self) -> Document:
        """The rules of assignment."""
        document: Document = self.owner.get("/assignment").get_json()
        return document

    def room_for_rules(self, ask: Ask) -> Ask:
        """Leave room for one more rule."""
        with uow.tenant(self.info.id) as unit:
            unit.connection.execute(delete(AssignmentRule))
        return ask

    def rule(self) -> str:
        """Plant a rule that is not at work, so that whoever adds a lead goes on owning it."""
        self.room_for_rules(Ask())
        answer = self.owner.post("/assignment/rules", {"name": f"{self.marker} rule", "active": False})
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    def assignable_lead(self) -> str:
        """Plant a lead, and a rule that would take it."""
        lead = self.record(LEAD)
        self.room_for_rules(Ask())
        made = {"name": f"{self.marker} rule", "kind": "member", "member_id": str(self.person.id)}
        assert self.owner.post("/assignment/rules", made).status_code == 201
        return str(lead["id"])

    def invited(self) -> tuple[str, str]:
        """Invite somebody; the id of the invitation and the token of its link."""
        return invite(self.info, f"{uuid.uuid4().hex}@{self.marker}.example")

    def settings_version(self) -> int:
        """Which version of its settings the workspace is at."""
        with uow.control() as unit:
            return unit.session.get_one(Workspace, self.info.id).version

    def colleague(self, *, active: bool = True) -> str:
        """Add a member who can be managed; their id."""
        return str(add_member(self.info.id, "sales", active=active).id)

    def handed_over(self) -> str:
        """Plant a hand-over that has run: a lead of a former member went to the owner."""
        former = add_member(self.info.id, "sales")
        lead = self.record(LEAD)
        self.owner.patch(f"/leads/{lead['id']}", {"owner_id": str(former.id)}, lead["version"])
        body = {"hand_over": {"to": [{"id": str(self.person.id)}]}}
        answer = self.owner.post(f"/members/{former.id}/deactivate", body)
        assert answer.status_code == 200, answer.text
        hand_over_id = str(answer.get_json()["hand_over"]["id"])
        hand_over_jobs.work(str(self.info.id), hand_over_id)
        return hand_over_id

    def everything(self) -> str:
        """Every row and file of the workspace, to see that nothing was touched."""
        with uow.tenant(self.info.id) as unit:
            tables = {
                model.__tablename__: sorted(map(repr, unit.connection.execute(model.__table__.select())))
                for model in TENANT_MODELS
            }
        with uow.control() as unit:
            tables |= {
                model.__tablename__: sorted(
                    map(repr, unit.connection.execute(model.__table__.select().where(column == self.info.id)))
                )
                for model, column in ((Membership, Membership.workspace_id), (Invitation, Invitation.workspace_id))
            }
        return repr((tables, file_store().used_bytes(self.info.id)))


def _marked(value: object, marker: str) -> object:
    if isinstance(value, list):
        return [_marked(item, marker) for item in value]
    return value.replace("{mark}", marker) if isinstance(value, str) else value
