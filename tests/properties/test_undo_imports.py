"""An import that is undone leaves everything as it was before it, but for what somebody has touched since."""

from __future__ import annotations

import csv
import io
import uuid
from functools import partial
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_saas.crm.comments import service as comments
from crm_saas.crm.imports.options import Duplicates
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import service
from crm_saas.kernel import files
from tests.factories.workspaces import WorkspaceFactory
from tests.support.importing import Importing

DATABASE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MOVING = {"version", "updated_at", "updated_by_id"}
PEOPLE = st.integers(0, 7)
CITIES = st.sampled_from(["", "Leeds", "York"])
ROWS = st.lists(st.tuples(PEOPLE, CITIES, st.sampled_from(["", "Ann", "Ben"])), min_size=1, max_size=10)
Touch = Literal["edited", "commented", "deleted"]
TOUCHES = st.dictionaries(PEOPLE, st.sampled_from(["edited", "commented", "deleted"]), max_size=4)


@pytest.fixture(scope="module")
def importing(make_workspace: WorkspaceFactory, tmp_path_factory: pytest.TempPathFactory) -> Importing:
    files.configure(tmp_path_factory.mktemp("files"))
    return Importing(make_workspace())


def address(mark: str, person: int) -> str:
    return f"p{person}@{mark}.example"


def table(mark: str, rows: list[tuple[int, str, str]]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["Email", "City", "Name"])
    writer.writerows((address(mark, person), city, name) for person, city, name in rows)
    return file.getvalue().encode()


def stored(importing: Importing, mark: str) -> dict[str, dict[str, Any]]:
    """The leads of one example by e-mail address, without what an undo moves."""
    leads = [lead for lead in importing.leads() if lead["emails"] and lead["emails"][0].endswith(f"@{mark}.example")]
    return {lead["emails"][0]: {name: value for name, value in lead.items() if name not in MOVING} for lead in leads}


def touch(importing: Importing, mark: str, person: int, how: str) -> str | None:
    """Do something to a lead; returns its address, None if it is not there."""
    found = next((lead for lead in importing.leads() if lead["emails"] == [address(mark, person)]), None)
    if found is None:
        return None
    record_id, version = found["id"], found["version"]
    if how == "edited":
        document = {"title": str(uuid.uuid4())}
        importing.act(lambda u, a: service.update(u, a, LEAD, record_id, document, version=version))
    elif how == "deleted":
        importing.act(lambda u, a: service.delete(u, a, LEAD, record_id, version=version))
    else:
        importing.act(lambda u, a: comments.add(u, a, LEAD, record_id, "Said something."))
    return address(mark, person)


@DATABASE
@given(
    there=st.sets(PEOPLE, max_size=4), rows=ROWS, duplicates=st.sampled_from(["skip", "fill", "update"]),
    touches=TOUCHES,
)  # fmt: skip
def test_undoing_an_import_is_the_identity_but_for_what_was_touched(
    importing: Importing,
    there: set[int],
    rows: list[tuple[int, str, str]],
    duplicates: Duplicates,
    touches: dict[int, Touch],
) -> None:
    mark = f"m{uuid.uuid4().hex[:12]}"
    for person in there:
        document = {"name": "Old", "emails": [address(mark, person)]}
        importing.act(partial(service.create, rtype=LEAD, document=document))
    before = stored(importing, mark)
    done = importing.run(table(mark, rows), duplicates=duplicates)
    changed = stored(importing, mark)
    touched = {who: how for person, how in touches.items() if (who := touch(importing, mark, person, how))}
    held = stored(importing, mark)
    importing.undo(uuid.UUID(str(done["id"])))
    after = stored(importing, mark)
    for who in {*before, *changed}:
        was, is_, now_ = before.get(who), changed.get(who), after.get(who)
        how = touched.get(who)
        if was == is_ or how in {"edited", "deleted"} or (how == "commented" and was is None):
            assert now_ == held.get(who), (who, how)
        else:
            assert now_ == was, (who, how)
