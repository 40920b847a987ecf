"""One search over every object that the caller may see."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, request

from crm_saas.api.edge import Call, Reply, in_workspace, int_parameter
from crm_saas.api.parameters import only_parameters
from crm_saas.api.v1.list_parameters import searched
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.crm.search import service
from crm_saas.crm.search.service import Hit
from crm_saas.kernel.errors import FieldError, Forbidden, Invalid
from crm_saas.kernel.marking import Piece

search = Blueprint("search", __name__)
DEFAULT_HITS: Final = 20
MOST_HITS: Final = 50


@search.get("/search")
@in_workspace
def find(call: Call) -> Reply:
    """Answer the records nearest to what was typed."""
    only_parameters("q", "types", "limit")
    limit = int_parameter("limit", DEFAULT_HITS, most=MOST_HITS)
    typed = searched()
    found = service.search(call.unit, call.actor, _types(call), typed, limit)
    mended = None if found.shown_for is None else {"typed": typed, "shown": found.shown_for}
    return Reply({"data": [_as_json(hit) for hit in found.hits], "more": found.more, "corrected": mended})


def _types(call: Call) -> list[RecordType]:
    """Return the types that were named, which must be readable, or else all that are."""
    named = [name for name in request.args.get("types", "").split(",") if name]
    unknown = [name for name in named if REGISTRY.find(name) is None]
    if unknown:
        detail = "There is no such object."
        raise Invalid(errors=[FieldError("/types", "unknown_option", detail, {"value": unknown[0][:100]})])
    wanted = [rtype for rtype in REGISTRY if not named or rtype.name in named]
    if named:
        for rtype in wanted:
            call.actor.require("read", rtype)
        return wanted
    return [rtype for rtype in wanted if _may_read(call, rtype)]


def _may_read(call: Call, rtype: RecordType) -> bool:
    try:
        call.actor.require("read", rtype)
    except Forbidden:
        return False
    return True


def _as_json(hit: Hit) -> dict[str, Any]:
    return {
        "type": hit.rtype.name,
        "id": hit.id,
        "display_name": hit.display_name,
        "closeness": hit.closeness,
        "updated_at": hit.updated_at,
        "name": _pieces(hit.name),
        "matched": None if hit.matched is None else {"field": hit.field, "text": _pieces(hit.matched)},
        "note": hit.note,
    }


def _pieces(pieces: list[Piece]) -> list[dict[str, Any]]:
    return [{"text": text, "hit": is_hit} for text, is_hit in pieces]
