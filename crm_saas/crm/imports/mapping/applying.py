"""From the cells of a row to the values of a record: the one validator of preview and run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from crm_saas.crm.imports.mapping.model import NAME_PARTS, CellProblem, MappedRow, MappingProblem, columns_by_target
from crm_saas.crm.imports.mapping.names import join_name
from crm_saas.crm.records.kinds import KINDS, Context, FieldLike, ValueProblem

_Step = Callable[[Sequence[str], MappedRow], None]
_Parse = Callable[[object, Context], Any]
_NEVER_KEPT = frozenset({"control_character", "lone_surrogate"})
"""Such cells could not stand in the notes either."""


class Mapper:
    """A mapping made ready for many rows. `apply` keeps no state, so threads may share it."""

    def __init__(
        self,
        mapping: Mapping[int, str],
        fields: Sequence[FieldLike],
        context: Context,
        *,
        headers: Sequence[str] = (),
        bad_cells: Literal["reject", "notes"] = "reject",
    ) -> None:
        """Check and compile.

        Args:
            mapping: Column -> target; columns without one (missing or empty) are not read. It may be empty: a preview.
            fields: The fields of the object.
            context: The workspace's habits and the choices of this import.
            headers: Names of the columns, for the text that goes to the notes.
            bad_cells: Whether a cell that cannot be read rejects its row, or goes to the notes as `Header: text`.

        Raises:
            MappingProblem: unknown_target, target_used_twice, no_system, no_notes.
        """
        self._by_name = {field.name: field for field in fields}
        self._contexts = {field.name: context.for_field(field) for field in fields}
        self._abroad: dict[tuple[str, str], Context] = {}
        self._headers = headers
        self._to_notes = bad_cells == "notes"
        columns = columns_by_target(mapping, self._by_name)
        if self._to_notes and "notes" not in self._by_name:
            raise MappingProblem("no_notes", "This object has no notes to keep unread cells in.")
        if "external_ids" in columns and not context.external_system:
            raise MappingProblem("no_system", "Name the system the ids belong to.", field="external_ids")
        self._width = max((place + 1 for places in columns.values() for place in places), default=0)
        given, family = (columns.pop(part, [None])[0] for part in NAME_PARTS)
        countries = [places[0] for target, places in columns.items() if target in self._named("country")]
        self._country = countries[0] if countries else None
        """The column that says which country a number without a country code is of."""
        self._steps = [self._step(target, places) for target, places in columns.items()]
        if given is not None or family is not None:
            self._steps.append(self._person(given, family))
        self._required = [field.name for field in fields if field.required]

    def apply(self, cells: Sequence[str]) -> MappedRow:
        """Parse one row. Cells beyond its end are empty."""
        row = MappedRow()
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        for step in self._steps:
            step(cells, row)
        if row.unread:
            self._keep_unread(row)
        for name in self._required:
            if name not in row.values and not any(problem.field == name for problem in row.problems):
                row.problems.append(CellProblem(None, name, "required", "A value is required.", {}))
        return row

    def _step(self, target: str, places: list[int]) -> _Step:
        kind = self._by_name[target].kind
        if len(places) == 1:
            growing = kind == "choice" and self._contexts[target].extensible
            return self._growing(target, places[0]) if growing else self._single(target, places[0])
        if kind in {"text", "long_text"}:
            return self._joined(target, places, "\n" if kind == "long_text" else ", ")
        return self._gathered(target, places)

    def _single(self, name: str, column: int) -> _Step:
        parse, context_of = self._parser(name)

        def step(cells: Sequence[str], row: MappedRow) -> None:
            if not (cell := cells[column]):
                return
            try:
                value = parse(cell, context_of(cells))
            except ValueProblem as problem:
                self._report(row, column, name, cell, problem)
                return
            if value or value is False or value == 0:  # not None, not an empty list
                row.values[name] = value

        return step

    def _growing(self, name: str, column: int) -> _Step:
        """A choice that may grow: the options that are new are told."""
        single = self._single(name, column)
        options = self._contexts[name].options
        known = frozenset(options.values if options else ())

        def step(cells: Sequence[str], row: MappedRow) -> None:
            single(cells, row)
            value = row.values.get(name)
            if value is not None and value not in known:
                row.new_options[name] = value

        return step

    def _person(self, given: int | None, family: int | None) -> _Step:
        """A name out of its parts."""
        parse, context_of = self._parser("name")

        def step(cells: Sequence[str], row: MappedRow) -> None:
            first, last = _cell(cells, given).strip(), _cell(cells, family).strip()
            try:
                value = parse(join_name(first, last), context_of(cells))
            except ValueProblem as problem:
                self._report(row, given if first else family, "name", f"{first} {last}", problem)
                return
            if value is not None:
                row.values["name"] = value

        return step

    def _joined(self, name: str, columns: list[int], glue: str) -> _Step:
        """Text out of several columns."""
        parse, context_of = self._parser(name)

        def step(cells: Sequence[str], row: MappedRow) -> None:
            text = glue.join(part for column in columns if (part := _cell(cells, column).strip()))
            try:
                value = parse(text, context_of(cells))
            except ValueProblem as problem:
                self._report(row, columns[0], name, text, problem)
                return
            if value is not None:
                row.values[name] = value

        return step

    def _gathered(self, name: str, columns: list[int]) -> _Step:
        """A list out of several columns; each bad cell is told on its own."""
        parse, context_of = self._parser(name)

        def step(cells: Sequence[str], row: MappedRow) -> None:
            context = context_of(cells)
            values: list[Any] = []
            for column in columns:
                cell = _cell(cells, column)
                try:
                    values.extend(parse(cell, context) if cell else ())
                except ValueProblem as problem:
                    self._report(row, column, name, cell, problem)
            if not values:
                return
            try:
                row.values[name] = parse(values, context)
            except ValueProblem as problem:  # too many
                self._report(row, columns[0], name, "", problem)

        return step

    def _named(self, kind: str) -> set[str]:
        return {name for name, field in self._by_name.items() if field.kind == kind}

    def _parser(self, name: str) -> tuple[_Parse, Callable[[Sequence[str]], Context]]:
        kind, context, column = self._by_name[name].kind, self._contexts[name], self._country
        if kind == "phone_list" and column is not None:
            return KINDS[kind].parse, lambda cells: self._abroad_of(name, cells[column])
        return KINDS[kind].parse, lambda _cells: context

    def _abroad_of(self, name: str, country: str) -> Context:
        """The context of a field in a row of the country a cell names; made once for each that is met."""
        known = self._abroad.get((name, country))
        if known is not None:
            return known
        context = self._contexts[name]
        try:
            region = KINDS["country"].parse(country, context)
        except ValueProblem:
            return context  # told where it stands
        return self._abroad.setdefault((name, country), replace(context, default_region=region) if region else context)

    def _report(self, row: MappedRow, column: int | None, name: str, cell: str, problem: ValueProblem) -> None:
        kept = self._to_notes and bool(cell) and name != "notes" and problem.code not in _NEVER_KEPT
        row.problems.append(CellProblem(column, name, problem.code, problem.detail, problem.params, fatal=not kept))
        if kept:
            header = self._headers[column] if column is not None and column < len(self._headers) else ""
            row.unread.append(f"{header}: {cell.strip()}" if header else cell.strip())

    def _keep_unread(self, row: MappedRow) -> None:
        parse, context = KINDS[self._by_name["notes"].kind].parse, self._contexts["notes"]
        notes = row.values.get("notes")
        try:
            row.values["notes"] = parse("\n".join([*([notes] if notes else []), *row.unread]), context)
        except ValueProblem as problem:
            row.problems.append(CellProblem(None, "notes", problem.code, problem.detail, problem.params))


def apply(cells: Sequence[str], mapping: Mapping[int, str], fields: Sequence[FieldLike], context: Context) -> MappedRow:
    """Parse a single row; for many, make one `Mapper`."""
    return Mapper(mapping, fields, context).apply(cells)


def _cell(cells: Sequence[str], column: int | None) -> str:
    return "" if column is None else cells[column]
