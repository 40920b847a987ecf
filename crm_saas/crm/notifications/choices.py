"""What a member chose to hear of, and how."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from crm_saas.crm.notifications.kinds import KINDS, MAILS, OFF, Kind
from crm_saas.crm.notifications.model import Notification, NotificationChoice
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.uow import UnitOfWork

_MEMBERS: Final = {"kind", "product", "mail"}


@dataclass(frozen=True, slots=True)
class Choices:
    """One member's choices; what they said nothing of is as the kind says."""

    kinds: dict[str, Any] = field(default_factory=dict)
    auto_follow: bool = True

    def product(self, kind: Kind) -> bool:
        """Whether they see it in the product."""
        return bool(self.kinds.get(kind.name, {}).get("product", kind.product))

    def mail(self, kind: Kind) -> str:
        """When they are written to: soon, digest or off."""
        return str(self.kinds.get(kind.name, {}).get("mail", kind.mail))

    def as_json(self) -> dict[str, Any]:
        """Return them as the API shows them."""
        kinds = [{"kind": each.name, "product": self.product(each), "mail": self.mail(each)} for each in KINDS]
        return {"auto_follow": self.auto_follow, "kinds": kinds}


def of_members(unit: UnitOfWork, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Choices]:
    """Return member -> choices, for each of them."""
    rows = unit.session.scalars(select(NotificationChoice).where(NotificationChoice.member_id.in_(ids)))
    said = {row.member_id: Choices(row.kinds, row.auto_follow) for row in rows}
    return {member_id: said.get(member_id, Choices()) for member_id in ids}


def put(unit: UnitOfWork, member_id: uuid.UUID, document: object) -> Choices:
    """Store what a member sent, kinds they left out as before; raises `Invalid` with a pointer for every fault."""
    before = of_members(unit, [member_id])[member_id]
    chosen = _read(document, before)
    _store(unit, member_id, chosen)
    return chosen


def no_mail(unit: UnitOfWork, member_id: uuid.UUID, mail: str) -> None:
    """Write no more of the mails of one sort, soon or digest, to a member."""
    before = of_members(unit, [member_id])[member_id]
    off = {kind.name: {"product": before.product(kind), "mail": OFF} for kind in KINDS if before.mail(kind) == mail}
    _store(unit, member_id, Choices(before.kinds | off, before.auto_follow))


def _store(unit: UnitOfWork, member_id: uuid.UUID, chosen: Choices) -> None:
    """Store choices; what waits to be mailed and is wanted no more, is not mailed."""
    added = insert(NotificationChoice).values(member_id=member_id, kinds=chosen.kinds, auto_follow=chosen.auto_follow)
    unit.connection.execute(
        added.on_conflict_do_update(
            index_elements=["member_id"],
            set_={"kinds": added.excluded.kinds, "auto_follow": added.excluded.auto_follow},
        )
    )
    off = [kind.name for kind in KINDS if chosen.mail(kind) == OFF]
    unit.connection.execute(
        update(Notification)
        .where(Notification.recipient_id == member_id, Notification.kind.in_(off), Notification.mail_id.is_(None))
        .values(mail=None)
    )


def _read(document: object, before: Choices) -> Choices:
    if not isinstance(document, dict):
        raise Invalid("Send a JSON object.", errors=[FieldError("", "wrong_type", "Expected an object.")])
    faults = [
        FieldError(f"/{name[:100]}", "unknown_field", "There is no such field.")
        for name in document
        if name not in {"auto_follow", "kinds"}
    ]
    auto_follow = document.get("auto_follow", before.auto_follow)
    if not isinstance(auto_follow, bool):
        faults.append(FieldError("/auto_follow", "wrong_type", "Expected true or false."))
    listed = document.get("kinds", [])
    if not isinstance(listed, list):
        raise Invalid(errors=[*faults, FieldError("/kinds", "wrong_type", "Expected a list.")])
    kinds = dict(before.kinds)
    for number, each in enumerate(listed):
        fault = _fault(each)
        if fault is None:
            kinds[each["kind"]] = {"product": each["product"], "mail": each["mail"]}
        else:
            faults.append(fault.below(f"/kinds/{number}"))
    if faults:
        raise Invalid(errors=faults)
    return Choices(kinds, auto_follow)


def _fault(each: object) -> FieldError | None:
    if not isinstance(each, dict) or set(each) != _MEMBERS:
        return FieldError("", "wrong_type", 'Send {"kind", "product", "mail"}.')
    if not isinstance(each["kind"], str) or KINDS.find(each["kind"]) is None:
        options = [kind.name for kind in KINDS]
        return FieldError("/kind", "unknown_option", "There is no such notification.", {"options": options})
    if not isinstance(each["product"], bool):
        return FieldError("/product", "wrong_type", "Expected true or false.")
    if each["mail"] not in MAILS:
        return FieldError("/mail", "unknown_option", "Not one of the options.", {"options": list(MAILS)})
    return None
