"""Erasing records: gone with all that was said of them, or kept as business records that tell of nobody."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, insert, select, update

import crm_saas.crm.tables  # noqa: F401 - what belongs to a record is in any of them
from crm_saas.crm.erasure.knowing import Ref, who_is
from crm_saas.crm.erasure.person import Person
from crm_saas.crm.records.external import external_fields
from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.model import ExternalId
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.crm.records.service import ERASED
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import TenantBase
from crm_saas.kernel.events import Event, Outbox
from crm_saas.kernel.ids import uuid7
from crm_saas.tenants.mirror import WorkspaceSettings

WHOLE, ANONYMOUS = "whole", "anonymous"
MODES: Final = (WHOLE, ANONYMOUS)
ANONYMISED, REDACTED = "anonymised", "redacted"
OWN_EVENTS: Final = (ERASED, ANONYMISED)
"""What an erasure itself writes; there is nothing in it to take out."""
KEPT: Final = frozenset({"owner_id", "created_by_id", "created_at", "import_id", "comment"})
"""Of a change of a record that is gone: whose it was, when and through what it came, and ids of comments."""
NOBODY: Final = {"en": "Erased person", "zh-CN": "已删除的个人"}
"""What an anonymous record is called that would be called nothing."""
ID_KINDS: Final = frozenset({"member", "link"})
_WRITTEN: Final = frozenset({"text", "long_text"})
"""Kinds of value that say something else beside."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who erases, on whose behalf it is written down."""

    connection: Connection
    actor_id: uuid.UUID | None


def erase(hand: Hand, ref: Ref, mode: str, person: Person) -> Counter[str]:
    """Erase one record with its history and what belongs to it; safe to repeat. Returns counts by table."""
    connection, rtype = hand.connection, ref.rtype
    done: Counter[str] = Counter()
    row: Any = connection.execute(
        select(rtype.table).where(rtype.table.c.id == ref.id).with_for_update()
    ).one_or_none()  # fmt: skip
    if row is not None:
        person |= who_is(rtype, rtype.values_of(row))
    done[Event.__tablename__] += _redact_history(connection, ref, mode, person)
    for table in belonging(mode):
        statement = delete(table).where(table.c.record_id == ref.id, table.c.record_type == rtype.name)
        done[table.name] += connection.execute(statement).rowcount
    if row is None:
        return done
    if mode == WHOLE:
        connection.execute(delete(rtype.table).where(rtype.table.c.id == ref.id))
        kept = {name: (_text(getattr(row, name)), None) for name in KEPT if hasattr(row, name)}
        _note(hand, rtype, ERASED, row, changes=kept)
        done[rtype.table.name] += 1
    else:
        done[rtype.table.name] += _anonymise(hand, rtype, row, person)
    return done


def belonging(mode: str = WHOLE) -> list[Table]:
    """Return the tables whose rows go with a record: `info` says `of_person`, and whether in both modes."""
    about = [table for table in TenantBase.metadata.sorted_tables if "of_person" in table.info]
    return [table for table in about if mode == WHOLE or table.info["of_person"]]


def _redact_history(connection: Connection, ref: Ref, mode: str, person: Person) -> int:
    own = [f"{ref.rtype.name}.{what}" for what in OWN_EVENTS]
    statement = select(Event.id, Event.changes, Event.redacted).where(
        Event.record_id == ref.id, Event.record_type == ref.rtype.name, Event.type.not_in(own)
    )
    count = 0
    for event_id, changes, redacted in connection.execute(statement).all():
        names = [name for name, pair in changes.items() if _goes(ref.rtype, mode, person, name, pair)]
        count += redact_event(connection, event_id, changes, redacted, names)
    return count


def _goes(rtype: RecordType, mode: str, person: Person, name: str, pair: list[Any]) -> bool:
    if mode == WHOLE:
        return name not in KEPT
    each = rtype.by_name.get(name)
    return (each is not None and each.personal) or person.is_in(pair)


def redact_event(
    connection: Connection,
    event_id: uuid.UUID,
    changes: Mapping[str, list[Any]],
    redacted: list[str] | None,
    names: list[str],
) -> bool:
    """Take the values of some fields out of an event; False if nothing was left to take."""
    fresh = [name for name in names if name not in (redacted or ())]
    if not fresh:
        return False
    cleaned = {name: [None, None] if name in fresh else list(pair) for name, pair in changes.items()}
    values = {"changes": cleaned, "redacted": sorted({*(redacted or ()), *fresh})}
    connection.execute(update(Event).where(Event.id == event_id).values(values))
    return True


def _anonymise(hand: Hand, rtype: RecordType, row: Any, person: Person) -> int:  # noqa: ANN401 - a row
    before = rtype.values_of(row)
    after = dict(before)
    for each in rtype.fields:
        if each.personal:
            after[each.name] = each.empty
        else:
            after[each.name] = _without(rtype, each, before[each.name], person, whole=True)
    gone = [name for name in after if after[name] != before[name]]
    if not gone:
        return 0
    if not rtype.display_name(after):
        named = next(name for name in rtype.display if rtype.by_name[name].kind == "text")
        language = hand.connection.execute(select(WorkspaceSettings.language)).scalar_one()
        after[named] = NOBODY.get(language, NOBODY["en"])
    changed = [name for name in gone if after[name] != before[name]]
    return _store(hand, rtype, row, after, what=ANONYMISED, changed=changed)


def redact_mention(hand: Hand, rtype: RecordType, record_id: uuid.UUID, person: Person) -> int:
    """Take what recognises a person out of the words of a record that is not theirs."""
    query = select(rtype.table).where(rtype.table.c.id == record_id).with_for_update()
    row: Any = hand.connection.execute(query).one_or_none()
    if row is None:
        return 0
    before = rtype.values_of(row)
    after = {each.name: _without(rtype, each, before[each.name], person) for each in rtype.fields}
    changed = [name for name in after if after[name] != before[name]]
    return _store(hand, rtype, row, after, what=REDACTED, changed=changed)


def _without(rtype: RecordType, each: Field, value: Any, person: Person, *, whole: bool = False) -> Any:  # noqa: ANN401
    """Return the value of a field without what recognises a person; `whole`: without all of it, if it does."""
    if not isinstance(value, (str, list, dict)) or each.kind in ID_KINDS or not person.is_in(value):
        return value
    if isinstance(value, list):
        return [item for item in value if not person.is_in(item)]
    if isinstance(value, dict):
        return {system: ident for system, ident in value.items() if not person.is_in({system: ident})}
    if each.kind in _WRITTEN and not whole:
        return person.taken_out(value)[: each.max_length]
    return rtype.defaults.get(each.name, each.empty)


def _store(hand: Hand, rtype: RecordType, row: Any, after: Values, *, what: str, changed: list[str]) -> int:  # noqa: ANN401
    stored = rtype.column_values(after) | {
        "version": row.version + 1, "updated_at": now(), "updated_by_id": hand.actor_id,
    }  # fmt: skip
    hand.connection.execute(update(rtype.table).where(rtype.table.c.id == row.id).values(stored))
    kept = {pair for each in external_fields(rtype) for pair in after[each.name].items()}
    if kept or any(each.name in changed for each in external_fields(rtype)):
        ours = ExternalId.record_type == rtype.name, ExternalId.record_id == row.id
        for system, ident in hand.connection.execute(select(ExternalId.system, ExternalId.value).where(*ours)).all():
            if (system, ident) not in kept:
                gone = delete(ExternalId).where(*ours, ExternalId.system == system, ExternalId.value == ident)
                hand.connection.execute(gone)
    _note(hand, rtype, what, row, changes=dict.fromkeys(changed, (None, None)), redacted=changed)
    return 1


def _note(
    hand: Hand,
    rtype: RecordType,
    what: str,
    row: Any,  # noqa: ANN401
    *,
    changes: Mapping[str, tuple[Any, Any]],
    redacted: list[str] | None = None,
) -> None:
    """Write the event of an erasure and its outbox row: consumers hear of it as of any other change."""
    event: dict[str, Any] = {
        "id": uuid7(), "type": f"{rtype.name}.{what}", "record_type": rtype.name, "record_id": row.id,
        "version": row.version + 1, "at": now(), "actor_kind": "system" if hand.actor_id is None else "member",
        "actor_id": hand.actor_id, "source": "system" if hand.actor_id is None else "ui", "batch_id": None,
        "changes": {name: list(pair) for name, pair in changes.items()}, "redacted": redacted,
    }  # fmt: skip
    hand.connection.execute(insert(Event).values(event))
    hand.connection.execute(insert(Outbox).values(id=uuid7(), event_id=event["id"]))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
