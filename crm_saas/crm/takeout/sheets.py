"""A list as a workbook: numbers, amounts and dates as what they are, everything else as text that is never a formula.

The workbook is written row by row to a temporary file and sent from there; what is in memory does not grow.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import xlsxwriter

from crm_saas.crm.records.kinds.currencies import exponent
from crm_saas.crm.records.registry import RecordType

MOST_ROWS: Final = 1_048_576
"""Of a sheet, its header included (Microsoft, "Excel specifications and limits")."""
LONGEST_CELL: Final = 32_767
BLOCK: Final = 64 * 1024
WIDTHS: Final = {"long_text": 40, "email_list": 28, "text": 22, "money": 16}
_EARLIEST: Final = date(1900, 3, 1)
"""Before it the calendar of workbooks is wrong by a day: earlier days are text."""
Record = tuple[dict[str, Any], list[str]]


def workbook(
    rtype: RecordType, columns: Sequence[str], head: Sequence[str], records: Iterator[Record], zone: str
) -> Iterator[bytes]:
    """Yield the workbook of some records, each with its cells as text, in blocks of 64 kB.

    Arguments: `head` the first row; `zone` the time zone that instants are written in, since a sheet knows none.
    """
    with tempfile.TemporaryFile(prefix="list-") as file:
        with xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
            _Sheet(book, rtype, columns, zone).fill(head, records)
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


class _Sheet:
    def __init__(self, book: xlsxwriter.Workbook, rtype: RecordType, columns: Sequence[str], zone: str) -> None:
        self._book = book
        self._sheet = book.add_worksheet()
        self._kinds = [each.kind if (each := rtype.by_name.get(name)) else "instant" for name in columns]
        self._columns = columns
        self._zone = ZoneInfo(zone)
        self._bold = book.add_format({"bold": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._money: dict[str, Any] = {}

    def fill(self, head: Sequence[str], records: Iterator[Record]) -> None:
        sheet = self._sheet
        for place, kind in enumerate(self._kinds):
            sheet.set_column(place + 2, place + 2, WIDTHS.get(kind, 16))
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(head):
            sheet.write_string(0, place, name, self._bold)
        for row, (document, cells) in enumerate(records, 1):
            if row >= MOST_ROWS:  # counted before; others have added some meanwhile
                return
            for place, text in enumerate(cells):
                if text:
                    self._write(row, place, text, document)

    def _write(self, row: int, place: int, text: str, document: dict[str, Any]) -> None:
        value = document[self._columns[place - 2]] if place >= 2 else None
        sheet = self._sheet
        if isinstance(value, dict) and "amount_minor" in value:
            amount = Decimal(value["amount_minor"]).scaleb(-exponent(value["currency"]))
            sheet.write_number(row, place, amount, self._format_of(value["currency"]))
        elif isinstance(value, datetime):
            local = value.replace(tzinfo=value.tzinfo or UTC).astimezone(self._zone)
            sheet.write_datetime(row, place, local.replace(tzinfo=None), self._instant)
        elif isinstance(value, date) and value >= _EARLIEST:
            sheet.write_datetime(row, place, value, self._day)
        elif isinstance(value, int) and not isinstance(value, bool):
            sheet.write_number(row, place, value)
        else:
            sheet.write_string(row, place, text[:LONGEST_CELL])

    def _format_of(self, currency: str) -> Any:  # noqa: ANN401 - the library's own
        """Return the format of amounts in a currency: an import reads the code from it as people do."""
        if currency not in self._money:
            places = "." + "0" * exponent(currency) if exponent(currency) else ""
            self._money[currency] = self._book.add_format({"num_format": f'#,##0{places} "{currency}"'})
        return self._money[currency]
