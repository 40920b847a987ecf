"""A list as a CSV file: every page of it in a short unit of its own, so that neither memory nor a transaction grows.

What is changed while it is written is in the file as its page found it, as in a list that somebody scrolls through.
Rights are read again for each page: who loses them gets no further.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from crm_saas.crm.imports.intake import Opener
from crm_saas.crm.imports.rejects import EXPORT_COLUMNS, neutralise
from crm_saas.crm.records import queries
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.kinds import KINDS, Money
from crm_saas.crm.records.policy import hidden
from crm_saas.crm.records.queries import ListQuery
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.takeout.cells import BYTE_ORDER_MARK, cell, line
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.roles import EXPORT

PAGE: Final = 1_000


class ListFile:
    """The CSV file of a list. The first page is read when it is made, so that a refusal comes before the first byte."""

    def __init__(self, opener: Opener, rtype: RecordType, query: ListQuery) -> None:
        """Read the first page.

        Raises `Forbidden` to those who may not export, and what `queries.page` raises.
        """
        self._opener = opener
        self._rtype = rtype
        self._query = query
        with opener() as at:
            at.actor.require(EXPORT, rtype)
            columns = query.members or _all_columns(at.actor, rtype)
        self.columns: tuple[str, ...] = tuple(dict.fromkeys(columns))
        """The members of a record that follow its id and version."""
        self.rows = 0
        """Records written so far."""
        self.complete = False
        self._page, self._next = self._read(None)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the header, then a block for each page."""
        yield BYTE_ORDER_MARK + line([*EXPORT_COLUMNS, *self.columns])
        while True:
            self.rows += len(self._page)
            yield b"".join(self._page)
            if self._next is None:
                self.complete = True
                return
            self._page, self._next = self._read(self._next)

    def _read(self, cursor: str | None) -> tuple[list[bytes], str | None]:
        with self._opener() as at:
            at.actor.require(EXPORT, self._rtype)
            query = replace(self._query, cursor=cursor, limit=PAGE, count=False, members=self.columns, action=EXPORT)
            page = queries.page(at.unit, at.actor, self._rtype, query)
            write = _Writer(self._rtype, self.columns, _addresses(at.unit))
            return [write.row(document) for document in page.data], page.next_cursor


def _all_columns(actor: Actor, rtype: RecordType) -> tuple[str, ...]:
    unseen = hidden(actor, rtype)
    return tuple(each.name for each in rtype.fields if each.name not in unseen)


def _addresses(unit: UnitOfWork) -> dict[uuid.UUID, str]:
    """Return the address of each member: an import knows people by it, names may be shared."""
    return {row.user_id: row.email for row in unit.connection.execute(select(Member.user_id, Member.email))}


class _Writer:
    """Turns records into rows whose cells our own import reads back as the same values."""

    def __init__(self, rtype: RecordType, columns: tuple[str, ...], addresses: dict[uuid.UUID, str]) -> None:
        self._rtype = rtype
        self._columns = columns
        self._addresses = addresses

    def row(self, document: dict[str, Any]) -> bytes:
        cells = [str(document["id"]), str(document["version"])]
        cells += [neutralise(self._cell(name, document[name])) for name in self._columns]
        return line(cells)

    def _cell(self, name: str, value: Any) -> str:  # noqa: ANN401 - whatever a member of the API holds
        if value is None or value == []:
            return ""
        if isinstance(value, uuid.UUID):
            return self._addresses.get(value, str(value))
        each = self._rtype.by_name.get(name)
        if each is None or isinstance(value, datetime):
            return cell(value)
        if each.kind == "money":
            value = Money(value["amount_minor"], value["currency"])
        elif each.kind == "external_ids":
            value = {item["system"]: item["value"] for item in value}
        return KINDS[each.kind].to_text(value)
