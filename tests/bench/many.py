"""One workspace of very many leads: made once in a run, for every part that asks something of it."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg import sql
from uuid_utils.compat import uuid7

from crm_saas.crm.leads.type import LEAD
from crm_saas.kernel import uow
from crm_saas.kernel.ids import schema_name
from crm_saas.tenants.mirror import RecordCount
from tests.bench.leads import CITIES, FIRST, RATINGS, SOURCES, TITLES, TRADES
from tests.bench.people import Office, make_office
from tests.bench.stage import Stage, stored

EVERY: Final = 5
"""One lead of five has a Chinese name."""
RARE: Final = 10_000
"""One lead of so many has the rare tag, and one is that of the member at level `own`."""
RARE_TAG: Final = "trade fair 2019"
DAYS: Final = 365
"""The leads came one after the other over so many days until now."""
STATUSES: Final = ("new",) * 45 + ("working",) * 25 + ("qualified",) * 15 + ("unqualified",) * 12 + ("converted",) * 3
# fmt: off
_START: Final = ("ba", "be", "cor", "da", "fel", "gri", "hol", "ka", "lu", "mar", "no", "pet", "ros", "sto", "tal",
                 "win")
# fmt: on
_MIDDLE: Final = ("den", "fi", "gel", "ha", "ker", "li", "mo", "ran", "sen", "ti", "vel", "zu")
_END: Final = ("bach", "berg", "dal", "feld", "hausen", "mann", "ner", "ova", "ri", "sson", "stein", "wood")
SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
GIVEN: Final = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲建国华志红梅建平海燕春生宁龙凤"


@dataclass(frozen=True, slots=True)
class Many:
    """The workspace, who works there, and how many leads it has."""

    id: uuid.UUID
    office: Office
    count: int


_made: Final[dict[tuple[int, int], Many]] = {}


def many_leads(at: Stage, count: int) -> Many:
    """Return the stage's workspace of `count` leads; made when it is asked for first."""
    key = (id(at), count)
    if key not in _made:
        workspace_id = at.make_workspace()
        _made[key] = Many(workspace_id, make_office(workspace_id), count)
        _fill(at, _made[key])
    return _made[key]


def surname(pick: random.Random) -> str:
    """Return one of some 30,000 made-up surnames."""
    return (pick.choice(_START) + pick.choice(_MIDDLE) + pick.choice(_MIDDLE) + pick.choice(_END)).capitalize()


def values(number: int) -> dict[str, Any]:
    """Return what lead `number` holds, but for its owner and its days; the same in every run."""
    pick = random.Random(number)  # noqa: S311 - data, not secrets
    last, first, trade = surname(pick), pick.choice(FIRST), pick.choice(TRADES)
    chinese = number % EVERY == 0
    name = pick.choice(SURNAMES) + pick.choice(GIVEN) + pick.choice(GIVEN) if chinese else f"{first} {last}"
    city, country = pick.choice(CITIES)
    return {
        **LEAD.blank(), "name": name, "company": f"{surname(pick)} {trade}", "title": pick.choice(TITLES),
        "emails": [f"{first}.{last}.{number}@example{number % 97}.com".lower()],
        "phones": [f"+86138{number:08}" if chinese else f"+4940{10_000_000 + number}"],
        "city": city, "country": country, "tags": [trade.lower(), *([RARE_TAG] if number % RARE == 0 else ())],
        "status": pick.choice(STATUSES), "rating": pick.choice((*RATINGS, None)), "source": pick.choice(SOURCES),
        "notes": f"Met in {city}; asked about {trade.lower()}, wants to hear again in week {number % 52 + 1}.",
    }  # fmt: skip


def _rows(many: Many) -> Iterator[dict[str, Any]]:
    """Yield the rows, ids as old as the leads.

    One lead of ten is nobody's, four of ten have a next step within half a year of today, half were changed later.
    """
    until = datetime.now(UTC)
    for number in range(many.count):
        pick = random.Random(number + 2**32)  # noqa: S311
        at = until - timedelta(days=DAYS) * (1 - number / many.count)
        held = values(number)
        if pick.random() < 0.4:
            held |= {"next_step": "Call", "next_step_on": (until + timedelta(days=pick.randrange(-180, 180))).date()}
        row = LEAD.column_values(held) | {"owner_id": _owner(many.office, number, pick)}
        if pick.random() < 0.6:
            row |= {"expected_value_minor": pick.randrange(1_000_000), "expected_value_currency": "EUR"}
        changed = min(until, at + timedelta(days=pick.randrange(60))) if pick.random() < 0.5 else at
        made = uuid7(nanoseconds=int(at.timestamp() * 1e6) * 1000)
        system = {"id": made, "version": 1, "created_at": at, "created_by_id": None, "updated_at": changed}
        yield {**system, "updated_by_id": None, "import_id": None, **row}


def _owner(office: Office, number: int, pick: random.Random) -> uuid.UUID | None:
    if number % RARE == 1:
        return office.by_own.id
    return pick.choice(office.staff) if number % 10 else None


def _fill(at: Stage, many: Many) -> None:
    """Store leads by COPY before their indexes are made, and the words as the relay would have learnt them."""
    names = [column.name for column in LEAD.table.columns]
    copy = sql.SQL("COPY lead ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, names)))
    schema = schema_name(many.id)
    with psycopg.connect(at.superuser, options=f"-c search_path={schema},ext", autocommit=True) as connection:
        made = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s AND tablename = 'lead'"
            " AND indexname NOT LIKE 'pk%%'",
            (schema,),
        ).fetchall()
        for name, _ in made:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        with connection.transaction(), connection.cursor() as cursor, cursor.copy(copy) as target:
            for row in _rows(many):
                target.write_row([stored(row[name]) for name in names])
        for _, definition in made:
            connection.execute(definition)
        connection.execute(
            "INSERT INTO search_word SELECT DISTINCT word FROM lead, unnest(tsvector_to_array(search)) word"
            " WHERE length(word) BETWEEN 4 AND 40 AND word !~ '[0-9]'"
        )
        for table in (b"lead", b"search_word", b"member"):
            connection.execute(b"VACUUM (ANALYZE) " + table)
    with uow.tenant(many.id) as unit:
        unit.session.get_one(RecordCount, LEAD.name).value = many.count
