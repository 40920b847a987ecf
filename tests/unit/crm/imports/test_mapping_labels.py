"""A file exported with the words on the screen finds its way back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm_saas.crm.catalogue import ALL
from crm_saas.crm.imports.mapping import suggest
from crm_saas.crm.records.registry import RecordType

LOCALES = Path(__file__).parents[4] / "frontend" / "src" / "locales"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("rtype", ALL, ids=lambda rtype: rtype.name)
def test_every_label_leads_to_its_field(rtype: RecordType, language: str) -> None:
    texts = json.loads((LOCALES / language / "records.json").read_text(encoding="utf-8"))
    labels = texts["label"][rtype.name]["field"]
    fields = [each for each in rtype.fields if each.importable]
    headers = [labels[each.name] for each in fields]
    suggested = suggest(headers, [], fields)
    assert {headers[at]: name for at, name in suggested.items()} == {labels[each.name]: each.name for each in fields}
