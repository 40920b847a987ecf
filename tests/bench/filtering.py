"""Filtered lists among many leads: how long the first page takes, and the count beside it, by what is asked.

From the beginning of the unit of work to its commit, the member read as every request reads them. The count is the
bounded one that a list shows: exact up to 10,000, beyond that the planner's estimate.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import queries
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.records.counting import Count, count_some
from crm_saas.crm.records.queries import ListQuery
from crm_saas.kernel import uow
from crm_saas.kernel.uow import UnitOfWork
from tests.bench.leads import CITIES, SOURCES, TRADES
from tests.bench.many import RARE_TAG, Many, many_leads, surname, values
from tests.bench.report import Line, late
from tests.bench.stage import Stage
from tests.bench.web import cpu_seconds

SECONDS: Final = 30.0
"""A question is not asked again after so long, but `FEWEST` times."""
FEWEST: Final = 5
NEWEST: Final = LEAD.default_sort
Filter = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A list that somebody looks at."""

    filter: Callable[[random.Random, Many], Filter | None]
    sort: str = NEWEST
    who: str = "all"
    """The level of whoever asks."""


def leaf(field: str, operator: str, value: object = None) -> Filter:
    """Return one condition."""
    return {"field": field, "op": operator} | ({} if value is None else {"value": value})


def every(*parts: Filter) -> Filter:
    """Return conditions that must all hold."""
    return {"all": list(parts)}


def _colleague(pick: random.Random, many: Many) -> str:
    return str(pick.choice(many.office.staff))


def _worth(pick: random.Random, _: Many) -> Filter:
    """Hot or worth something, still open, not from where nothing comes of it."""
    return every(
        {"any": [leaf("rating", "eq", "hot"), leaf("expected_value", "gt", _euro(pick.randrange(800_000, 950_000)))]},
        {"not": {"any": [leaf("status", "in", ["unqualified", "converted"]), leaf("owner_id", "is_empty")]}},
        {"not": leaf("source", "eq", pick.choice(SOURCES))},
    )


def _euro(amount_minor: int) -> dict[str, object]:
    return {"amount_minor": amount_minor, "currency": "EUR"}


def _role(role: str) -> Question:
    return Question(lambda pick, _: every(leaf("owner_id.role", "eq", role), leaf("country", "eq", _country(pick))))


def _country(pick: random.Random) -> str:
    return pick.choice(CITIES)[1]


def _days(first: int, last: int, unit: str = "day") -> dict[str, object]:
    return {"unit": unit, "from": first, "to": last}


QUESTIONS: Final[dict[str, Question]] = {
    "no filter": Question(lambda _pick, _many: None),
    "a colleague's new leads": Question(
        lambda pick, many: every(leaf("owner_id", "eq", _colleague(pick, many)), leaf("status", "eq", "new"))
    ),
    "hot ones at work, by company": Question(
        lambda _pick, _many: every(leaf("status", "in", ["new", "working"]), leaf("rating", "eq", "hot")), "company"
    ),
    "any and not, nested": Question(_worth),
    "any and not, nested, by value": Question(_worth, "-expected_value"),
    "leads of salespeople (75 of 100) in a country": _role("sales"),
    "leads of service people (5 of 100) in a country": _role("service"),
    "a next step due this week": Question(
        lambda _pick, _many: every(leaf("next_step_on", "within", _days(0, 0, "week"))), "next_step_on"
    ),
    "a colleague's next steps due, newest first": Question(
        lambda pick, many: every(
            leaf("owner_id", "eq", _colleague(pick, many)), leaf("next_step_on", "within", {"unit": "day", "to": 0})
        )
    ),
    "made in the last 30 days": Question(lambda _pick, _many: every(leaf("created_at", "within", _days(-29, 0)))),
    "made on one day months ago": Question(
        lambda pick, _: every(leaf("created_at", "within", _days(day := pick.randrange(-300, -100), day)))
    ),
    "changed in one week months ago": Question(
        lambda pick, _: every(leaf("updated_at", "within", _days(day := pick.randrange(-40, -12), day, "week")))
    ),
    "company contains a common part": Question(
        lambda pick, _: every(leaf("company", "contains", pick.choice(("bach", "feld", "stein")))), "company"
    ),
    "company contains a rare part": Question(lambda pick, _: every(leaf("company", "contains", surname(pick)[1:]))),
    "notes contain what nobody wrote": Question(
        lambda pick, _: every(leaf("notes", "contains", "qx" + "".join(pick.choices("qxjz", k=6))))
    ),
    "a common tag": Question(lambda pick, _: every(leaf("tags", "has", pick.choice(TRADES).lower()))),
    "a rare tag, by name": Question(lambda _pick, _many: every(leaf("tags", "has", RARE_TAG)), "name"),
    "an e-mail address": Question(
        lambda pick, many: every(leaf("emails", "has", values(pick.randrange(many.count))["emails"][0]))
    ),
    "nobody's, in a country, worth the most first": Question(
        lambda pick, _: every(leaf("owner_id", "is_empty"), leaf("country", "eq", _country(pick))), "-expected_value"
    ),
    "no filter, asked at level team": Question(lambda _pick, _many: None, who="team"),
    "hot ones at work, by company, asked at level team": Question(
        lambda _pick, _many: every(leaf("status", "in", ["new", "working"]), leaf("rating", "eq", "hot")),
        "company", "team",
    ),
    "no filter, asked at level own": Question(lambda _pick, _many: None, who="own"),
    "no filter, by name, asked at level own": Question(lambda _pick, _many: None, "name", "own"),
}  # fmt: skip


def run(at: Stage, *, count: int, rounds: int) -> list[Line]:
    """Ask every question `rounds` times, or for as long as `SECONDS`; medians and 95th percentiles."""
    many = many_leads(at, count)
    return [_asked(at, many, what, question, rounds) for what, question in QUESTIONS.items()]


def _asked(at: Stage, many: Many, what: str, question: Question, rounds: int) -> Line:
    person = {"all": at.owner, "team": many.office.by_team, "own": many.office.by_own}[question.who]
    pick = random.Random(11)  # noqa: S311
    page, count = _Taken(), _Taken()
    found: Count = (0, True)
    until = time.monotonic() + SECONDS
    while len(page.elapsed) < rounds and (len(page.elapsed) < FEWEST or time.monotonic() < until):
        query = ListQuery(sort=question.sort, filter=question.filter(pick, many))
        with page.timed(many) as unit:
            queries.page(unit, load_actor(unit, person.id, "ui"), LEAD, query)
        with count.timed(many) as unit:
            of = queries.which(unit, load_actor(unit, person.id, "ui"), LEAD, query)
            found = count_some(unit, LEAD, of.condition())
    about = f"{found[0]:,}" if found[1] else f"about {found[0]:,}"
    note = f"{page}; counted ({about}) in {statistics.median(count.elapsed):.1f}, {count}"
    if len(page.elapsed) < rounds:
        note += f"; asked {len(page.elapsed)} times only"
    return Line(f"filter of {many.count:,} leads: {what}", "ms", statistics.median(page.elapsed), note=note)


@dataclass(slots=True)
class _Taken:
    """What units took, in milliseconds."""

    elapsed: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    """Processor time of the database server: it depends least on what else the machine does."""

    @contextmanager
    def timed(self, many: Many) -> Iterator[UnitOfWork]:
        """Time a unit from its beginning to its commit."""
        began = time.perf_counter()
        with uow.tenant(many.id) as unit:
            pid = unit.connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
            cpu = cpu_seconds(pid)
            yield unit
        self.elapsed.append((time.perf_counter() - began) * 1_000)
        self.server.append((cpu_seconds(pid) - cpu) * 1_000)

    def __str__(self) -> str:
        return f"p95 {late(self.elapsed):.1f}, server's CPU {statistics.median(self.server):.1f}"
