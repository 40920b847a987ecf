"""A list as a file: every page of it in a short unit of its own, so that neither memory nor a transaction grows.

What is changed while it is written is in the file as its page found it, as in a list that somebody scrolls through.
Rights are read again for each page: who loses them gets no further.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlalchemy import select

from crm_saas.crm.imports.intake import Opener
from crm_saas.crm.imports.rejects import EXPORT_COLUMNS
from crm_saas.crm.records import queries
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.policy import hidden
from crm_saas.crm.records.queries import ListQuery
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.search.mending import readings
from crm_saas.crm.takeout import sheets
from crm_saas.crm.takeout.cells import BYTE_ORDER_MARK, Cells, line
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.roles import EXPORT

PAGE: Final = 1_000
Format = Literal["csv", "xlsx"]
CSV: Final = "csv"
XLSX: Final = "xlsx"
FORMATS: Final[tuple[Format, ...]] = (CSV, XLSX)


@dataclass(frozen=True, slots=True)
class Form:
    """How a list is written down."""

    format: Format = CSV
    headers: tuple[str, ...] = ()
    """What the columns are called, one for each; none: the names of the API."""
    mark: bool = True
    """Whether a CSV file begins with the mark by which Excel knows UTF-8."""


_Read = tuple[list[sheets.Record], str | None]
"""A page, each record with its cells as text, and the cursor of the next."""


class ListFile:
    """The file of a list. The first page is read when it is made, so that a refusal comes before the first byte."""

    def __init__(self, opener: Opener, rtype: RecordType, query: ListQuery, form: Form | None = None) -> None:
        """Read the first page.

        Where nothing has what was searched for, the file is of what was meant, as the list is. Raises `Forbidden` to
        those who may not export, `Invalid` for headers that are not one for each column and for more records than a
        sheet holds, and what `queries.page` raises.
        """
        self._opener = opener
        self._rtype = rtype
        self._query = query
        self._form = form or Form()
        with opener() as at:
            at.actor.require(EXPORT, rtype)
            columns = query.members or _all_columns(at.actor, rtype)
            self._zone = at.actor.timezone
        self.columns: tuple[str, ...] = tuple(dict.fromkeys(columns))
        """The members of a record that follow its id and version."""
        if self._form.headers and len(self._form.headers) != len(self.columns):
            params = {"columns": len(self.columns), "headers": len(self._form.headers)}
            raise Invalid(errors=[FieldError("/header", "one_for_each", "Name every column, or none.", params)])
        self.rows = 0
        """Records written so far."""
        self.complete = False
        self._page, self._next = self._first()

    @property
    def head(self) -> list[str]:
        """The first row."""
        return [*EXPORT_COLUMNS, *(self._form.headers or self.columns)]

    def __iter__(self) -> Iterator[bytes]:
        """Yield the file in blocks."""
        if self._form.format == XLSX:
            yield from sheets.workbook(self._rtype, self.columns, self.head, self._records(), self._zone)
        else:
            yield (BYTE_ORDER_MARK if self._form.mark else b"") + line(self.head)
            for page in self._pages():
                yield b"".join(line(row) for row in page)

    def _records(self) -> Iterator[sheets.Record]:
        """Yield every record with its cells as text."""
        for page in self._pages_of_records():
            yield from page

    def _pages(self) -> Iterator[list[list[str]]]:
        for page in self._pages_of_records():
            yield [cells for _, cells in page]

    def _pages_of_records(self) -> Iterator[list[sheets.Record]]:
        while True:
            self.rows += len(self._page)
            yield self._page
            if self._next is None:
                self.complete = True
                return
            self._page, self._next = self._read(self._query, self._next)

    def _first(self) -> _Read:
        found = self._read(self._query, None)
        if found[0] or not self._query.search.strip():
            return found
        with self._opener() as at:
            meant = list(readings(at.unit, at.actor, [self._rtype], self._query.search))
        for reading in meant:
            query = replace(self._query, search=reading)
            mended = self._read(query, None)
            if mended[0]:
                self._query = query
                return mended
        return found

    def _read(self, query: ListQuery, cursor: str | None) -> _Read:
        with self._opener() as at:
            at.actor.require(EXPORT, self._rtype)
            counted = cursor is None and self._form.format == XLSX
            asked = replace(query, cursor=cursor, limit=PAGE, count=counted, members=self.columns, action=EXPORT)
            page = queries.page(at.unit, at.actor, self._rtype, asked)
            if page.count is not None and page.count[0] >= sheets.MOST_ROWS:
                detail = "A sheet does not hold so many; export as CSV, or fewer."
                raise Invalid(errors=[FieldError("/format", "too_many", detail, {"max": sheets.MOST_ROWS - 1})])
            cells = Cells(self._rtype, self.columns, _addresses(at.unit))
            return [(document, cells.row(document)) for document in page.data], page.next_cursor


def _all_columns(actor: Actor, rtype: RecordType) -> tuple[str, ...]:
    unseen = hidden(actor, rtype)
    return tuple(each.name for each in rtype.fields if each.name not in unseen)


def _addresses(unit: UnitOfWork) -> dict[uuid.UUID, str]:
    """Return the address of each member: an import knows people by it, names may be shared."""
    return {row.user_id: row.email for row in unit.connection.execute(select(Member.user_id, Member.email))}
