"""Made-up leads: the same ones in every run, in the API's form, as rows of the table, and as a file to import."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.kinds import Context
from crm_saas.crm.records.schema import load
from crm_saas.kernel.ids import uuid7

# fmt: off
FIRST = ("Anna", "Bruno", "Carla", "David", "Elena", "Farid", "Grace", "Henry", "Ines", "Jonas", "Karin", "Louis",
         "Mia", "Noah", "Olga", "Paul", "Rosa", "Simon", "Tara", "Victor")
LAST = ("Adler", "Berger", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov", "Jansen", "Keller",
        "Lopez", "Meyer", "Novak", "Olsen", "Peters", "Rossi", "Schmidt", "Turner", "Weber")
# fmt: on
TRADES = (
    "Logistics",
    "Foods",
    "Textiles",
    "Consulting",
    "Software",
    "Machines",
    "Printing",
    "Travel",
    "Energy",
    "Health",
)
FORMS = ("GmbH", "Ltd", "SARL", "SpA", "Inc", "BV")
CITIES = (("Hamburg", "DE"), ("Lyon", "FR"), ("Milano", "IT"), ("Leeds", "GB"), ("Utrecht", "NL"), ("Porto", "PT"))
TITLES = ("Owner", "Head of purchasing", "Sales manager", "Accountant", "Engineer")
STATUSES = ("new", "working", "qualified")
RATINGS = ("hot", "warm", "cold")
SOURCES = ("web", "referral", "fair", "groups", "periodicals")
CONTEXT = Context(default_region="DE", currency="EUR", timezone="Europe/Berlin")
CSV_COLUMNS = (
    "Full name", "Company", "Title", "Email", "Phone", "Website", "Street", "City", "Postal code", "Country", "Source",
    "Notes",
)  # fmt: skip
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def document(number: int) -> dict[str, Any]:
    """Return lead `number` as a client sends it; every number has another e-mail address and telephone number."""
    pick = random.Random(number)  # noqa: S311 - data, not secrets
    first, last, trade = pick.choice(FIRST), pick.choice(LAST), pick.choice(TRADES)
    city, country = pick.choice(CITIES)
    company = f"{pick.choice(LAST)} {trade} {pick.choice(FORMS)}"
    return {
        "name": f"{first} {last}",
        "company": company,
        "title": pick.choice(TITLES),
        "emails": [f"{first}.{last}.{number}@example{number % 97}.com".lower()],
        "phones": [f"+4940{10_000_000 + number}"],
        "website": f"https://www.example{number % 97}.com/team",
        "status": pick.choice(STATUSES),
        "rating": pick.choice(RATINGS),
        "source": pick.choice(SOURCES),
        "street": f"{trade} street {number % 180 + 1}",
        "city": city,
        "postal_code": f"{20_000 + number % 9_000}",
        "country": country,
        "expected_value": {"amount_minor": number * 137 % 900_000, "currency": "EUR"},
        "tags": [trade.lower()],
        "notes": f"Met in {city}; asked about {trade.lower()}, wants to hear again in week {number % 52 + 1}.",
    }


def row(number: int) -> dict[str, Any]:
    """Return lead `number` as the product stores it: every column of the table, derived ones included."""
    values = {**LEAD.blank(), **load(LEAD, document(number), CONTEXT)}
    at = _BEGAN + timedelta(minutes=number)
    system = {
        "id": uuid7(),
        "version": 1,
        "created_at": at,
        "created_by_id": None,
        "updated_at": at,
        "updated_by_id": None,
        "import_id": None,
    }
    return {**system, **LEAD.column_values(values)}


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Return the first `count` leads as rows."""
    return (row(number) for number in range(count))


def json_row(number: int) -> bytes:
    """Return a row as JSON, for the bare handler, which is sent what it has to store."""
    return json.dumps(row(number), default=str).encode()


def write_csv(path: Path, count: int, *, first: int = 0) -> None:
    """Write `count` leads as a CSV file of 12 columns, UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CSV_COLUMNS)
        for number in range(first, first + count):
            lead = document(number)
            writer.writerow(
                [
                    *(lead["name"], lead["company"], lead["title"], lead["emails"][0], lead["phones"][0]),
                    *(lead["website"], lead["street"], lead["city"], lead["postal_code"], lead["country"]),
                    *(lead["source"], lead["notes"]),
                ]
            )
