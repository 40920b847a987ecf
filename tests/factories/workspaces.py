"""People and workspaces, made as the product makes them: rows in the control plane, then the provisioner."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field

from argon2 import PasswordHasher

from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import DEFAULT_NODE
from crm_saas.kernel.ids import schema_name, uuid7
from crm_saas.tenants.entitlements import DEFAULT_PLAN
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.models import Membership, User, Workspace
from crm_saas.tenants.provisioning import Provisioner, member_row, place

PASSWORD = "correct horse battery staple"
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Person:
    """A verified user who can sign in with `password`."""

    id: uuid.UUID
    email: str
    name: str
    password: str = PASSWORD


@dataclass(frozen=True, slots=True)
class WorkspaceInfo:
    """An active workspace and its members by role; ids only, no models."""

    id: uuid.UUID
    slug: str
    name: str
    owner: Person
    members: dict[str, Person] = field(default_factory=dict)

    @property
    def schema(self) -> str:
        """The name of its schema and role."""
        return schema_name(self.id)


def make_person(unit: uow.UnitOfWork, *, name: str | None = None, email: str | None = None) -> Person:
    """Add a verified user in a control unit."""
    number = next(_numbers)
    person = Person(uuid7(), email or f"person{number}@example.com", name or f"Person {number}")
    unit.session.add(
        User(
            id=person.id,
            email=person.email,
            email_key=person.email,
            name=person.name,
            password_hash=_HASH,
            language="en",
            timezone="Europe/Berlin",
            theme="system",
            density="comfortable",
            verified_at=now(),
            created_at=now(),
            version=1,
        )
    )
    unit.session.flush()
    return person


def make_membership(
    unit: uow.UnitOfWork, workspace_id: uuid.UUID, person: Person, role: str, *, active: bool = True
) -> uuid.UUID:
    """Give a person a seat in a workspace, in a control unit."""
    membership_id = uuid7()
    unit.session.add(
        Membership(
            id=membership_id,
            workspace_id=workspace_id,
            user_id=person.id,
            role=role,
            active=active,
            created_at=now(),
            version=1,
        )
    )
    unit.session.flush()
    return membership_id


def order_workspace(
    *,
    name: str | None = None,
    slug: str | None = None,
    owner: Person | None = None,
    roles: tuple[str, ...] = (),
    currency: str = "EUR",
) -> WorkspaceInfo:
    """Write a workspace's rows to the control plane; its schema waits to be provisioned."""
    workspace_id = uuid7()
    slug = slug or f"workspace-{workspace_id.hex[-12:]}"
    with uow.control() as unit:
        owner = owner or make_person(unit)
        workspace = Workspace(
            id=workspace_id,
            slug=slug,
            name=name or slug.title(),
            timezone="Europe/Berlin",
            currency=currency,
            language="en",
            country="DE",
            plan=DEFAULT_PLAN,
            created_by_id=owner.id,
            created_at=now(),
            version=1,
        )
        unit.session.add(workspace)
        unit.session.flush()
        make_membership(unit, workspace_id, owner, "owner")
        members = {}
        for role in roles:
            members[role] = make_person(unit)
            make_membership(unit, workspace_id, members[role], role)
        place(unit, workspace_id, DEFAULT_NODE)
        return WorkspaceInfo(workspace_id, slug, workspace.name, owner, {"owner": owner} | members)


def add_member(workspace_id: uuid.UUID, role: str, *, person: Person | None = None, active: bool = True) -> Person:
    """Add a member to an active workspace, in both planes."""
    with uow.control() as unit:
        person = person or make_person(unit)
        membership_id = make_membership(unit, workspace_id, person, role, active=active)
        row = member_row(unit.session.get_one(Membership, membership_id), unit.session.get_one(User, person.id))
    with uow.tenant(workspace_id) as unit:
        unit.session.add(Member(**row))
    return person


class WorkspaceFactory:
    """`make_workspace(name=..., slug=..., owner=..., roles=("sales", "viewer"))`: a provisioned, active workspace."""

    def __init__(self, provisioner: Provisioner) -> None:
        self._provisioner = provisioner

    def __call__(
        self,
        *,
        name: str | None = None,
        slug: str | None = None,
        owner: Person | None = None,
        roles: tuple[str, ...] = (),
        currency: str = "EUR",
    ) -> WorkspaceInfo:
        """Build it."""
        info = order_workspace(name=name, slug=slug, owner=owner, roles=roles, currency=currency)
        if not self._provisioner.provision(info.id):
            raise AssertionError("the workspace was not provisioned")
        return info
