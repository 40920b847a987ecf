"""Search among many leads: how long an answer takes by what was typed."""

from __future__ import annotations

import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg import sql

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.search import service
from crm_saas.kernel import uow
from crm_saas.kernel.ids import schema_name, uuid7
from tests.bench.leads import CITIES, FIRST, TITLES, TRADES
from tests.bench.report import Line
from tests.bench.stage import Stage, stored

LIMIT: Final = 10
ROUNDS: Final = 200
EVERY: Final = 5
"""One lead of five has a Chinese name."""
_BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_START: Final = (
    "ba",
    "be",
    "cor",
    "da",
    "fel",
    "gri",
    "hol",
    "ka",
    "lu",
    "mar",
    "no",
    "pet",
    "ros",
    "sto",
    "tal",
    "win",
)
_MIDDLE: Final = ("den", "fi", "gel", "ha", "ker", "li", "mo", "ran", "sen", "ti", "vel", "zu")
_END: Final = ("bach", "berg", "dal", "feld", "hausen", "mann", "ner", "ova", "ri", "sson", "stein", "wood")
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
_GIVEN: Final = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲建国华志红梅建平海燕春生宁龙凤"


def surname(pick: random.Random) -> str:
    """Return one of some 30,000 made-up surnames."""
    return (pick.choice(_START) + pick.choice(_MIDDLE) + pick.choice(_MIDDLE) + pick.choice(_END)).capitalize()


def values(number: int) -> dict[str, Any]:
    """Return what lead `number` holds; the same in every run."""
    pick = random.Random(number)  # noqa: S311 - data, not secrets
    last, first, trade = surname(pick), pick.choice(FIRST), pick.choice(TRADES)
    chinese = number % EVERY == 0
    name = pick.choice(_SURNAMES) + pick.choice(_GIVEN) + pick.choice(_GIVEN) if chinese else f"{first} {last}"
    city, country = pick.choice(CITIES)
    return {
        **LEAD.blank(), "name": name, "company": f"{surname(pick)} {trade}", "title": pick.choice(TITLES),
        "emails": [f"{first}.{last}.{number}@example{number % 97}.com".lower()],
        "phones": [f"+86138{number:08}" if chinese else f"+4940{10_000_000 + number}"],
        "city": city, "country": country, "tags": [trade.lower()],
    }  # fmt: skip


def fill(at: Stage, workspace_id: uuid.UUID, count: int) -> None:
    """Store leads by COPY before their indexes are made, and the words as the relay would have learnt them."""
    names = [column.name for column in LEAD.table.columns]
    copy = sql.SQL("COPY lead ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, names)))
    schema = schema_name(workspace_id)
    with psycopg.connect(at.superuser, options=f"-c search_path={schema},ext", autocommit=True) as connection:
        made = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s AND tablename = 'lead'"
            " AND indexname NOT LIKE 'pk%%'",
            (schema,),
        ).fetchall()
        for name, _ in made:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        with connection.transaction(), connection.cursor() as cursor, cursor.copy(copy) as target:
            for row in _rows(count):
                target.write_row([stored(row[name]) for name in names])
        for _, definition in made:
            connection.execute(definition)
        connection.execute(
            "INSERT INTO search_word SELECT DISTINCT word FROM lead, unnest(tsvector_to_array(search)) word"
            " WHERE length(word) BETWEEN 4 AND 40 AND word !~ '[0-9]'"
        )
        connection.execute("VACUUM (ANALYZE) lead")
        connection.execute("VACUUM (ANALYZE) search_word")


def _rows(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        at = _BEGAN + timedelta(seconds=number)
        system = {"id": uuid7(), "version": 1, "created_at": at, "created_by_id": None, "updated_at": at}
        yield {**system, "updated_by_id": None, "import_id": None, **LEAD.column_values(values(number))}


def _slip(pick: random.Random, word: str) -> str:
    at = pick.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


QUESTIONS: Final[dict[str, Callable[[random.Random, int], str]]] = {
    "a surname": lambda pick, _: surname(pick),
    "two words": lambda pick, count: " ".join(str(_latin(pick, count)["name"]).split()),
    "a beginning of four letters": lambda pick, _: surname(pick)[:4],
    "a very common word": lambda pick, _: pick.choice(TRADES),
    "an e-mail address": lambda pick, count: str(values(pick.randrange(count))["emails"][0]),
    "two Chinese characters": lambda pick, _: pick.choice(_SURNAMES) + pick.choice(_GIVEN),
    "eight digits of a number": lambda pick, count: str(_latin(pick, count)["phones"][0])[-8:],
    "a number as written": lambda pick, count: "0" + str(_latin(pick, count)["phones"][0])[3:5] + " / "
    + str(_latin(pick, count)["phones"][0])[5:],
    "a surname with a slip": lambda pick, _: _slip(pick, surname(pick)),
    "what nobody has": lambda pick, _: "qx" + "".join(pick.choices("qxjz", k=6)),
}  # fmt: skip


def _latin(pick: random.Random, count: int) -> dict[str, Any]:
    return values(pick.randrange(count // EVERY) * EVERY + 1)


def run(at: Stage, *, count: int, rounds: int = ROUNDS) -> list[Line]:
    """Fill a workspace, ask it, and return the median and the 95th percentile for each kind of question."""
    workspace_id = at.make_workspace()
    fill(at, workspace_id, count)
    lines: list[Line] = []
    for what, ask in QUESTIONS.items():
        pick = random.Random(7)  # noqa: S311
        taken = sorted(_timed(at, workspace_id, ask(pick, count)) for _ in range(rounds))
        late = taken[min(len(taken) - 1, int(len(taken) * 0.95))]
        note = f"p95 {late:.1f} ms"
        lines.append(Line(f"search of {count:,} leads: {what}", "ms", statistics.median(taken), note=note))
    return lines


def _timed(at: Stage, workspace_id: uuid.UUID, typed: str) -> float:
    began = time.perf_counter()
    with uow.tenant(workspace_id) as unit:
        service.search(unit, load_actor(unit, at.owner.id, "ui"), [LEAD], typed, LIMIT)
    return (time.perf_counter() - began) * 1_000
