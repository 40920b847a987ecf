"""Search among many leads: how long an answer takes by what was typed."""

from __future__ import annotations

import random
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any, Final

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.search import service
from crm_saas.kernel import uow
from tests.bench.leads import TRADES
from tests.bench.many import EVERY, GIVEN, SURNAMES, many_leads, surname, values
from tests.bench.report import Line, late
from tests.bench.stage import Stage

LIMIT: Final = 10
ROUNDS: Final = 200


def _slip(pick: random.Random, word: str) -> str:
    at = pick.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


QUESTIONS: Final[dict[str, Callable[[random.Random, int], str]]] = {
    "a surname": lambda pick, _: surname(pick),
    "two words": lambda pick, count: " ".join(str(_latin(pick, count)["name"]).split()),
    "a beginning of four letters": lambda pick, _: surname(pick)[:4],
    "a very common word": lambda pick, _: pick.choice(TRADES),
    "an e-mail address": lambda pick, count: str(values(pick.randrange(count))["emails"][0]),
    "two Chinese characters": lambda pick, _: pick.choice(SURNAMES) + pick.choice(GIVEN),
    "eight digits of a number": lambda pick, count: str(_latin(pick, count)["phones"][0])[-8:],
    "a number as written": lambda pick, count: "0" + str(_latin(pick, count)["phones"][0])[3:5] + " / "
    + str(_latin(pick, count)["phones"][0])[5:],
    "a surname with a slip": lambda pick, _: _slip(pick, surname(pick)),
    "what nobody has": lambda pick, _: "qx" + "".join(pick.choices("qxjz", k=6)),
}  # fmt: skip


def _latin(pick: random.Random, count: int) -> dict[str, Any]:
    return values(pick.randrange(count // EVERY) * EVERY + 1)


def run(at: Stage, *, count: int, rounds: int = ROUNDS) -> list[Line]:
    """Ask the workspace of very many leads, and return the median and the 95th percentile for each kind of question."""
    workspace_id = many_leads(at, count).id
    lines: list[Line] = []
    for what, ask in QUESTIONS.items():
        pick = random.Random(7)  # noqa: S311
        taken = [_timed(at, workspace_id, ask(pick, count)) for _ in range(rounds)]
        note = f"p95 {late(taken):.1f} ms"
        lines.append(Line(f"search of {count:,} leads: {what}", "ms", statistics.median(taken), note=note))
    return lines


def _timed(at: Stage, workspace_id: uuid.UUID, typed: str) -> float:
    began = time.perf_counter()
    with uow.tenant(workspace_id) as unit:
        service.search(unit, load_actor(unit, at.owner.id, "ui"), [LEAD], typed, LIMIT)
    return (time.perf_counter() - began) * 1_000
