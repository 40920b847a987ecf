"""Records as rows of a CSV file that a spreadsheet shows and does not run."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from crm_saas.crm.imports.rejects import neutralise
from crm_saas.crm.records.kinds import KINDS, Money
from crm_saas.crm.records.kinds.currencies import exponent
from crm_saas.crm.records.registry import RecordType

BYTE_ORDER_MARK = "\ufeff".encode()
"""Excel takes a CSV file without it for another encoding."""


def header_of(rtype: RecordType) -> list[str]:
    """Return the names of the columns: members of the API; money is an amount and a currency."""
    whole = rtype.shape(None)
    return [*whole.plain, *(name for each in whole.split for name in (each.name, f"{each.name}_currency"))]


def rows_of(rtype: RecordType, documents: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield one CSV row for each record."""
    whole = rtype.shape(None)
    for document in documents:
        cells = [cell(document[name]) for name in whole.plain]
        for each in whole.split:
            money = document[each.name]
            cells += ["", ""] if money is None else [amount(**money), money["currency"]]
        yield line([neutralise(each) for each in cells])


def line(cells: list[str]) -> bytes:
    """Return cells as one row."""
    row = io.StringIO()
    csv.writer(row).writerow(cells)
    return row.getvalue().encode()


def amount(amount_minor: int, currency: str) -> str:
    """Return an amount in major units."""
    return str(Decimal(amount_minor).scaleb(-exponent(currency)))


def cell(value: Any) -> str:  # noqa: ANN401 - whatever a member of the API holds
    """Return a value as text."""
    match value:
        case None | bool():
            return {None: "", True: "true", False: "false"}[value]
        case datetime() | date():
            return value.isoformat()
        case list():
            return "; ".join(cell(item) for item in value)
        case {"system": system, "value": one}:
            return f"{system}:{one}"
        case dict():
            return "; ".join(f"{key}:{cell(item)}" for key, item in value.items())
        case _:
            return str(value)


class Cells:
    """Turns records into rows whose cells our own import reads back as the same values."""

    def __init__(self, rtype: RecordType, columns: Sequence[str], addresses: Mapping[uuid.UUID, str]) -> None:
        """Arguments: `addresses` of members, by which an import knows people; names may be shared."""
        self._rtype = rtype
        self._columns = columns
        self._addresses = addresses

    def row(self, document: Mapping[str, Any]) -> list[str]:
        """Return the id and the version of a record, then the columns."""
        cells = [str(document["id"]), str(document["version"])]
        return cells + [neutralise(self._cell(name, document[name])) for name in self._columns]

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
