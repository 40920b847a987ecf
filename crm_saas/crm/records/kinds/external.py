"""What other systems call a record: `{system: value}`."""

from __future__ import annotations

import json

from crm_saas.crm.records.kinds.base import Context, ValueProblem, wrong_type
from crm_saas.crm.records.kinds.text import clean, limited

MAX_SYSTEM = 60
MAX_VALUE = 200
MAX_IDS = 20


class ExternalIds:
    """Ids by system; one for each system."""

    def parse(self, raw: object, context: Context) -> dict[str, str]:
        """Read the API's list of `{"system", "value"}`, a mapping, a bare id of `context.external_system`, or a cell.

        Raises:
            ValueProblem: `no_system` for a bare id without a system; `duplicate_system` for two values of one system.
        """
        if raw is None or raw == "":
            return {}
        if isinstance(raw, str | int | float):
            return self._from_cell(clean(raw), context)
        if isinstance(raw, dict):
            return _checked(list(raw.items()))
        if not isinstance(raw, list | tuple):
            raise wrong_type("a list of {system, value}")
        return _checked([_pair(item, index) for index, item in enumerate(raw)])

    def _from_cell(self, text: str, context: Context) -> dict[str, str]:
        if not text:
            return {}
        if context.external_system:
            return _checked([(context.external_system, text)])
        try:
            parsed = json.loads(text)
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise ValueProblem("no_system", "Name the system this id belongs to.", value=text[:100])
        return _checked(list(parsed.items()))

    def identity_keys(self, value: dict[str, str] | None) -> list[str]:
        """`external:<system>:<value>` of each."""
        return [f"external:{system}:{text}" for system, text in (value or {}).items()]

    def to_text(self, value: dict[str, str] | None) -> str:
        """JSON, since ids may hold any separator."""
        return json.dumps(value, ensure_ascii=False) if value else ""


def _pair(item: object, index: int) -> tuple[object, object]:
    if not isinstance(item, dict) or set(item) != {"system", "value"}:
        raise wrong_type("{system, value}").at(index)
    return item["system"], item["value"]


def _checked(pairs: list[tuple[object, object]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, (raw_system, raw_value) in enumerate(pairs):
        try:
            system, value = limited(clean(raw_system), MAX_SYSTEM), limited(clean(raw_value), MAX_VALUE)
        except ValueProblem as problem:
            raise problem.at(index) from None
        if not system:
            raise ValueProblem("no_system", "Name the system this id belongs to.", path=(index,))
        if found.get(system, value) != value:
            raise ValueProblem("duplicate_system", "Two ids of one system.", path=(index,), system=system)
        if value:
            found[system] = value
    if len(found) > MAX_IDS:
        raise ValueProblem("too_many", f"At most {MAX_IDS} values.", max=MAX_IDS, count=len(found))
    return found
