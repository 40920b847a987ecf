"""Which column fills which field: by its header first, by what its cells look like second."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from crm_saas.crm.imports.mapping.model import NAME_PARTS, SHARED, may_share
from crm_saas.crm.imports.mapping.words import target_of
from crm_saas.crm.records.kinds import KINDS, Context, FieldLike, ValueProblem
from crm_saas.crm.records.kinds.base import DateOrder, Decimal
from crm_saas.crm.records.kinds.dates import order_of
from crm_saas.crm.records.kinds.labels import label_key

_SAMPLE = 200
_TRIED = 30
_FORGIVEN = frozenset(
    {"no_system", "no_country", "area_code", "ambiguous_date", "date_order_mismatch", "ambiguous_number"}
)
"""Problems that a choice of the import (region, order of dates, system) settles."""
_SECOND_LINE = re.compile(r"(?:line|address|street|地址|街道)[2-9]\Z")
_EMAIL = re.compile(r"\A\s*(?:.*<)?[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+>?\s*\Z")
_PHONE = re.compile(r"\A\s*\+?[\d\s().-]{7,20}(?:\s*(?:x|ext\.?)\s*\d+)?\s*\Z")
_URL = re.compile(r"\A\s*(?:https?://|www\.)\S+\s*\Z", re.IGNORECASE)
_COMMA_DECIMAL = re.compile(r"\A\D*\d{1,3}(?:\.\d{3})*,\d{1,2}\D*\Z|\A\D*\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?\D*\Z")
_POINT_DECIMAL = re.compile(r"\A\D*\d{1,3}(?:,\d{3})*\.\d{1,2}\D*\Z|\A\D*\d{1,3}(?:,\d{3}){2,}\D*\Z")
# Columns beside the one with the person's full name, and headers that mean the company when there is no person.
_COMPANY_IF_ALONE = frozenset({"name", "customername", "客户", "客户名称", "名称"})
_PERSON_HINTS = frozenset({"accountnumber", "billingstreet", "parentid", "tickersymbol", "industry", "sic"})


def suggest(
    headers: Sequence[str],
    samples: Sequence[Sequence[str]],
    fields: Sequence[FieldLike],
    context: Context | None = None,
) -> dict[int, str]:
    """Suggest a target for each column that has one.

    Args:
        headers: Name of each column, empty where it has none.
        samples: Some rows of data.
        fields: The fields of the object; one with a false `importable` is never suggested.
        context: What cells are tried against; a column whose cells mostly cannot be read is not suggested.
    """
    by_name = {field.name: field for field in fields if getattr(field, "importable", True)}
    columns = [_cells(samples, column) for column in range(_columns(headers, samples))]
    names = [*headers, *[""] * (len(columns) - len(headers))]
    found: dict[int, str] = {}
    for column in sorted(range(len(columns)), key=lambda column: not columns[column]):  # columns with content first
        target = _by_label(names[column], by_name) or target_of(names[column])
        if (
            target
            and _is_open(target, names[column], by_name, found)
            and _fits(target, by_name, columns[column], context)
        ):
            found[column] = target
    _settle_names(names, found, by_name)
    for column, cells in enumerate(columns):
        target = None if column in found else _by_content(cells, by_name, found, names[column])
        if target:
            found[column] = target
    return dict(sorted(found.items()))


def unmapped(headers: Sequence[str], samples: Sequence[Sequence[str]], mapping: Mapping[int, str]) -> list[int]:
    """Columns with content in the samples that nothing reads."""
    return [c for c in range(_columns(headers, samples)) if not mapping.get(c) and _cells(samples, c)]


def guess_hints(
    samples: Sequence[Sequence[str]], mapping: Mapping[int, str], fields: Sequence[FieldLike]
) -> tuple[DateOrder | None, Decimal | None]:
    """What the cells of dates and amounts prove about day and month, and about the decimal mark; None if nothing."""
    kinds = {field.name: field.kind for field in fields}
    orders: set[DateOrder] = set()
    marks: set[Decimal] = set()
    for column, target in mapping.items():
        cells = _cells(samples, column)
        if kinds.get(target) in {"date", "instant"}:
            orders |= {order for order in map(order_of, cells) if order}
        elif kinds.get(target) in {"money", "integer"}:
            marks |= _marks(cells)
    return (orders.pop() if len(orders) == 1 else None, marks.pop() if len(marks) == 1 else None)


def _marks(cells: Sequence[str]) -> set[Decimal]:
    found: set[Decimal] = set()
    if any(_COMMA_DECIMAL.match(cell) for cell in cells):
        found.add(",")
    if any(_POINT_DECIMAL.match(cell) for cell in cells):
        found.add(".")
    return found


def _columns(headers: Sequence[str], samples: Sequence[Sequence[str]]) -> int:
    return max([len(headers), *map(len, samples)], default=0)


def _cells(samples: Sequence[Sequence[str]], column: int) -> list[str]:
    """The cells of a column that are not blank."""
    return [row[column] for row in samples[:_SAMPLE] if column < len(row) and row[column].strip()]


def _by_label(header: str, by_name: Mapping[str, FieldLike]) -> str | None:
    """A field by its own name, or by a label it carries (custom fields)."""
    key = label_key(header)
    if not key:
        return None
    for name, field in by_name.items():
        if key == label_key(name) or key == label_key(str(getattr(field, "label", "") or "")):
            return name
    return None


def _is_open(target: str, header: str, by_name: Mapping[str, FieldLike], found: Mapping[int, str]) -> bool:
    if target in NAME_PARTS:
        return "name" in by_name and target not in found.values()
    if target not in by_name:
        return False
    if target not in found.values():
        return True
    # A second street is the second line of one address, not the shipping address beside the billing address.
    return may_share(target, by_name) and (target not in SHARED or bool(_SECOND_LINE.search(label_key(header))))


def _fits(target: str, by_name: Mapping[str, FieldLike], cells: Sequence[str], context: Context | None) -> bool:
    """Refuse what the cells contradict: types beside e-mails (`* Home`), owners who are nobody here."""
    field = by_name.get(target)
    if field is None or not cells:
        return True
    parse, for_field = KINDS[field.kind].parse, (context or Context()).for_field(field)
    tried = cells[:_TRIED]
    return 2 * sum(_reads(parse, cell, for_field) for cell in tried) >= len(tried)


def _reads(parse: Callable[[object, Context], object], cell: str, context: Context) -> bool:
    try:
        parse(cell, context)
    except ValueProblem as problem:
        return problem.code in _FORGIVEN or problem.params.get("reason") in _FORGIVEN
    return True


def _settle_names(headers: Sequence[str], found: dict[int, str], by_name: Mapping[str, FieldLike]) -> None:
    """A full name beside its parts is the better one; a lone NAME of an export of accounts is the company's."""
    targets = set(found.values())
    whole = next((column for column, target in found.items() if target == "name"), None)
    if whole is None:
        return
    if targets & set(NAME_PARTS):
        for column in [c for c, target in found.items() if target in NAME_PARTS]:
            del found[column]
        return
    keys = {label_key(header) for header in headers}
    alone = label_key(headers[whole]) in _COMPANY_IF_ALONE and "company" in by_name and "company" not in targets
    if alone and keys & _PERSON_HINTS:
        found[whole] = "company"


def _by_content(
    cells: Sequence[str], by_name: Mapping[str, FieldLike], found: Mapping[int, str], header: str
) -> str | None:
    """A column of e-mails, web addresses or phone numbers, if most of its cells are."""
    taken = set(found.values())
    for kind, test in _CONTENT:
        target = next((name for name, field in by_name.items() if field.kind == kind), None)
        if target is None or target in taken or not cells:
            continue
        if kind == "phone_list" and header.strip():
            continue  # numbers under a name of their own are something else
        if sum(1 for cell in cells if test(cell)) > 0.6 * len(cells):
            return target
    return None


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda cell: bool(pattern.match(cell))


_CONTENT: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("email_list", _matches(_EMAIL)),
    ("url", _matches(_URL)),
    ("phone_list", _matches(_PHONE)),
)
