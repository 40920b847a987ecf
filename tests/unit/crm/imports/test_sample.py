from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from crm_saas.crm.imports.mapping import Mapper, guess_hints, suggest
from crm_saas.crm.imports.sample import WRITTEN_ON, sample_path, sample_stream
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.kinds import Context
from tests.unit.crm.imports.helpers import read, write

TODAY = date(2031, 3, 1)


@pytest.mark.parametrize(("language", "region", "currency"), [("en", "US", "USD"), ("zh-CN", "CN", "CNY")])
def test_every_sample_lead_imports_without_a_problem(tmp_path: Path, language: str, region: str, currency: str) -> None:
    detected, rows = read(write(tmp_path, sample_stream(language, TODAY).read()))
    samples = [row.cells for row in rows]
    context = Context(default_region=region, currency=currency)
    mapping = suggest(detected.headers, samples, LEAD.fields, context)
    assert sorted(mapping) == list(range(len(detected.headers)))
    assert guess_hints(samples, mapping, LEAD.fields)[0] is None
    mapper = Mapper(mapping, LEAD.fields, context, headers=detected.headers)
    found = [mapper.apply(row.cells) for row in rows]
    assert len(found) == 60
    assert [(row.problems, row.new_options) for row in found if row.problems or row.new_options] == []
    assert all((row.values["status"] == "unqualified") == ("unqualified_reason" in row.values) for row in found)
    steps = [row.values["next_step_on"] for row in found if "next_step_on" in row.values]
    assert len(steps) > 30
    assert all(TODAY - timedelta(days=7) <= step <= TODAY + timedelta(days=30) for step in steps)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sample_leads_are_at_reserved_domains(language: str) -> None:
    text = sample_path(language).read_text("utf-8")
    hosts = re.findall(r"@([\w.-]+)|(?:https?://|www\.)([\w.-]+)", text)
    assert len(hosts) > 30
    assert all(re.search(r"(?:\A|\.)example\.(?:com|org|net)\Z", one or two) for one, two in hosts)


def test_the_sample_is_the_file_on_the_day_it_was_written() -> None:
    assert sample_stream("en", WRITTEN_ON).read() == sample_path("en-GB").read_bytes()
