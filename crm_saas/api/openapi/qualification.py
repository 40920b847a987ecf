"""The description of qualification: what is demanded, how a lead stands, asking and confirming."""

from __future__ import annotations

from typing import Any, Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    BOOLEAN,
    IN_WORKSPACE,
    INSTANT,
    INTEGER,
    STRING,
    UUID,
    Json,
    answer,
    body,
    form,
    in_path,
    many,
    nullable,
    one_of,
    operation,
    path,
    record,
    ref,
)
from crm_saas.crm.qualification.criteria import LONGEST_HELP, LONGEST_NAME, MOST_CRITERIA, MOST_POINTS
from crm_saas.crm.qualification.deciding import LONGEST_REASON
from crm_saas.crm.qualification.evaluating import VERDICTS
from crm_saas.crm.qualification.findings import EVIDENCE, LONGEST_NOTE
from crm_saas.crm.qualification.guard import SENT_BACK, WAITING

_TAG: Final = "qualification"
_READ: Final = (401, 403, 404, 422)
_WRITE: Final = (400, 401, 403, 404, 409, 413, 415, 422)
_ACT: Final = (401, 403, 404, 409, 422)
_IF_MATCH: Final[Json] = {"name": "If-Match", "in": "header", "required": True, "schema": STRING}
_LEAD: Final = in_path("The id of a lead.")
_CRITERION: Final[Json] = {**in_path("The id of a criterion."), "name": "criterion"}
_WHO: Final = record({"id": UUID, "name": nullable(STRING)})


def add(spec: APISpec) -> None:
    """Add the settings and the acts."""
    _add_schemas(spec)
    whole = answer("What is demanded.", ref("Qualification"), headers=("ETag",))
    path(
        spec,
        "/api/v1/qualification",
        get=_operation("readQualification", "What is demanded of a lead before it is qualified", {200: whole}, _READ),
        patch=_operation(
            "changeQualification", "Change the threshold, and whether somebody confirms", {200: whole},
            (*_WRITE, 412, 428), [_IF_MATCH],
            form({"threshold": {**INTEGER, "minimum": 0}, "confirm": BOOLEAN}),
        ),
    )  # fmt: skip
    one = answer("The criterion.", ref("Criterion"), headers=("ETag",))
    path(
        spec,
        "/api/v1/qualification/criteria",
        post=_operation("addCriterion", "Add a criterion", {201: one}, _WRITE, [], ref("CriterionInput")),
    )
    path(
        spec,
        "/api/v1/qualification/criteria/order",
        put=_operation(
            "orderCriteria", "Put the criteria into an order", {200: answer("As they are now.", ref("Qualification"))},
            _WRITE, [], form({"ids": many(UUID, most=MOST_CRITERIA)}, required=("ids",)),
        ),
    )  # fmt: skip
    at = in_path("The id of a criterion.")
    path(
        spec,
        "/api/v1/qualification/criteria/{id}",
        patch=_operation(
            "changeCriterion", "Change the members that the body names", {200: one}, (*_WRITE, 412, 428),
            [at, _IF_MATCH], ref("CriterionInput"),
        ),
        delete=_operation(
            "removeCriterion", "Remove a criterion with what was found out by it", {204: answer("Removed.")}, _ACT, [at]
        ),
    )  # fmt: skip
    _add_acts(spec)


def _add_acts(spec: APISpec) -> None:
    card = {200: answer("How it stands.", ref("Standing"))}
    lead = {200: answer("The lead as it is now.", ref("Lead"), headers=("ETag",))}
    reason = {**STRING, "maxLength": LONGEST_REASON}
    address = "/api/v1/leads/{id}/qualification"
    path(
        spec, address, get=_operation("readStanding", "How a lead stands, criterion by criterion", card, _READ, [_LEAD])
    )
    path(
        spec,
        f"{address}/{{criterion}}",
        put=_operation(
            "assess", "Keep what was found out about a criterion, in the place of what was there", card, _WRITE,
            [_LEAD, _CRITERION], ref("FindingInput"),
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/leads/{id}/qualify",
        post=_operation(
            "qualify", "Qualify a lead, or ask for the confirmation that is needed", lead, _WRITE, [_LEAD],
            form({"note": {**nullable(reason), "description": "For whoever confirms."}}),
        ),
    )  # fmt: skip
    path(
        spec,
        f"{address}/confirm",
        post=_operation("confirmQualification", "Confirm that a lead is qualified", lead, _ACT, [_LEAD]),
    )
    path(
        spec,
        f"{address}/send-back",
        post=_operation(
            "sendBack", "Send a lead that waits back to who asked", lead, _WRITE, [_LEAD],
            form({"reason": reason}, required=("reason",)),
        ),
    )  # fmt: skip
    path(
        spec,
        f"{address}/withdraw",
        post=_operation("withdrawQualification", "Take back that confirmation was asked for", lead, _ACT, [_LEAD]),
    )


def _add_schemas(spec: APISpec) -> None:
    name, help_text = {**STRING, "maxLength": LONGEST_NAME}, {**STRING, "maxLength": LONGEST_HELP}
    written = {
        "name_en": {**name, "description": "One of the two names may be empty."},
        "name_zh": name,
        "help_en": help_text,
        "help_zh": help_text,
        "filter": {**nullable(ref("Filter")), "description": "Met by a lead that satisfies it; null: somebody says."},
        "required": BOOLEAN,
        "points": {**INTEGER, "minimum": 0, "maximum": MOST_POINTS},
        "evidence": {**BOOLEAN, "description": "It counts as met only with evidence."},
    }
    told = {"id": UUID, **written, "automatic": BOOLEAN, "version": INTEGER}
    spec.components.schema("Criterion", record(told))
    spec.components.schema("CriterionInput", form(written))
    policy = {"threshold": INTEGER, "confirm": BOOLEAN}
    spec.components.schema("Qualification", record({**policy, "version": INTEGER, "criteria": many(ref("Criterion"))}))
    kind = {"enum": [*EVIDENCE, None]}
    day: Json = {"type": ["string", "null"], "format": "date"}
    note = {**STRING, "maxLength": LONGEST_NOTE}
    found = {"verdict": one_of(*VERDICTS), "evidence_kind": kind, "evidence_on": day}
    spec.components.schema("FindingInput", form({**found, "note": nullable(note)}, required=("verdict",)))
    finding = nullable(record({**found, "note": STRING, "by": _WHO, "at": INSTANT}))
    each = record({**told, "why": one_of(*VERDICTS, "no_evidence"), "met": BOOLEAN, "finding": finding})
    spec.components.schema(
        "Standing",
        record(
            {
                "score": INTEGER, "total": INTEGER, **policy, "in_the_way": many(ref("FieldProblem")),
                "state": {"enum": [WAITING, SENT_BACK, None]}, "reason": nullable(STRING),
                "asked": nullable(record({"by": _WHO, "at": INSTANT})), "may_assess": BOOLEAN, "may_qualify": BOOLEAN,
                "may_confirm": BOOLEAN, "criteria": many(each),
            }
        ),
    )  # fmt: skip


def _operation(
    name: str,
    summary: str,
    responses: dict[int, Json],
    refusals: tuple[int, ...],
    *more: Any,  # noqa: ANN401 - its parameters, then the schema of what is sent
) -> Json:
    parameters, sent = (*more, None, None)[:2]
    return operation(
        name, summary, _TAG, responses, security=IN_WORKSPACE, refusals=refusals, parameters=parameters or (),
        request_body=None if sent is None else body(sent),
    )  # fmt: skip
