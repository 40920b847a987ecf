"""What kinds of many values share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crm_saas.crm.records.kinds.base import ValueProblem, wrong_type


def items_of(raw: object, split: Callable[[str], list[str]]) -> Iterator[tuple[int, str]]:
    """The items of a list as they are, or of one cell as `split` divides it, numbered."""
    if raw is None or raw == "":
        return iter(())
    if isinstance(raw, str):
        return enumerate(split(raw))
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return iter(((0, str(raw)),))
    if not isinstance(raw, list | tuple):
        raise wrong_type("a list of texts")
    for index, item in enumerate(raw):
        if not isinstance(item, str):
            raise wrong_type("a list of texts").at(index)
    return enumerate(raw)


def unique(items: list[str], key: Callable[[str], str], *, limit: int) -> list[str]:
    """Keep the first of equal items; raises `too_many` beyond `limit`."""
    if len(items) > 1:
        kept: dict[str, str] = {}
        for item in items:
            kept.setdefault(key(item), item)
        items = list(kept.values())
    if len(items) > limit:
        raise ValueProblem("too_many", f"At most {limit} values.", max=limit, count=len(items))
    return items
