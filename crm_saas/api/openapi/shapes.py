"""The words in which the description of the API is written, and what all parts of it share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from apispec import APISpec

from crm_saas.kernel import errors

Json = dict[str, Any]

STRING: Final[Json] = {"type": "string"}
INTEGER: Final[Json] = {"type": "integer"}
NUMBER: Final[Json] = {"type": "number"}
BOOLEAN: Final[Json] = {"type": "boolean"}
UUID: Final[Json] = {"type": "string", "format": "uuid"}
INSTANT: Final[Json] = {"type": "string", "format": "date-time", "description": "UTC, ending in Z."}
ANYTHING: Final[Json] = {"description": "Whatever the field holds."}
FLAG: Final[Json] = {"enum": [1, 0, True, False]}
SIGNED_IN: Final[list[Json]] = [{"session": []}]
IN_WORKSPACE: Final[list[Json]] = [{"session": [], "workspace": []}]
_UNSAFE: Final = frozenset({"post", "put", "patch", "delete"})


def ref(name: str) -> Json:
    """Point to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def one_of(*values: str) -> Json:
    """Return the schema of one of some texts."""
    return {"type": "string", "enum": list(values)}


def many(items: Json, *, most: int | None = None) -> Json:
    """Return the schema of a list."""
    return {"type": "array", "items": items} | ({} if most is None else {"maxItems": most})


def nullable(schema: Json) -> Json:
    """Return a schema that also takes null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def record(properties: Mapping[str, Json], *, optional: Sequence[str] = ()) -> Json:
    """Return the schema of an object of an answer: members are there unless they are `optional`."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
    }


def form(properties: Mapping[str, Json], *, required: Sequence[str] = ()) -> Json:
    """Return the schema of a body: other members are refused."""
    return {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    } | ({"required": list(required)} if required else {})


def table(values: Json) -> Json:
    """Return the schema of an object whose members all have one shape."""
    return {"type": "object", "additionalProperties": values}


def data(items: Json) -> Json:
    """Return the schema of a list in its envelope."""
    return record({"data": many(items)})


def page(items: Json, **more: Json) -> Json:
    """Return the schema of a page of a list; members given as `more` are there when they were asked for."""
    return record({"data": many(items), "next_cursor": nullable(STRING), **more}, optional=tuple(more))


def answer(description: str, schema: Json | None = None, *, headers: Sequence[str] = ()) -> Json:
    """Return a response; `headers` are names of the components."""
    response: Json = {"description": description}
    if headers:
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    if schema is not None:
        response["content"] = {"application/json": {"schema": schema}}
    return response


def body(schema: Json, *, kind: str = "application/json") -> Json:
    """Return a request body, which is needed."""
    return {"required": True, "content": {kind: {"schema": schema}}}


def query(name: str, schema: Json, description: str = "") -> Json:
    """Return a parameter of the query, which may be left out."""
    parameter: Json = {"name": name, "in": "query", "schema": schema}
    return parameter | ({"description": description} if description else {})


def in_path(description: str) -> Json:
    """Return the parameter of an address that names a thing."""
    return {"name": "id", "in": "path", "required": True, "schema": UUID, "description": description}


def operation(
    name: str,
    summary: str,
    tag: str,
    responses: Mapping[int, Json],
    *,
    security: list[Json],
    refusals: Sequence[int] = (),
    parameters: Sequence[Json] = (),
    request_body: Json | None = None,
) -> Json:
    """Return one operation; `refusals` are the statuses of the problems it may answer."""
    found: Json = {"operationId": name, "summary": summary, "tags": [tag]}
    if parameters:
        found["parameters"] = list(parameters)
    if request_body is not None:
        found["requestBody"] = request_body
    found["responses"] = {
        **{str(status): response for status, response in responses.items()},
        **{str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(set(refusals))},
        "default": {"$ref": "#/components/responses/Problem"},
    }
    found["security"] = security
    return found


def path(spec: APISpec, address: str, **operations: Json) -> None:
    """Add a path. What changes something needs the CSRF token of the session."""
    for method, described in operations.items():
        if method in _UNSAFE:
            described["security"] = [{**each, "csrf": []} for each in described["security"]] or [{"csrf": []}]
    spec.path(address, operations=operations)


def add(spec: APISpec) -> None:
    """Add problems, headers and the ways a call proves who it is."""
    spec.components.schema("FieldProblem", _FIELD_PROBLEM)
    spec.components.schema("Problem", _PROBLEM)
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    spec.components.response("Problem", {"description": "A refusal or a failure.", "content": problem})
    for kind in _PROBLEMS:
        spec.components.response(f"Problem{kind.status}", {"description": kind.title, "content": problem})
    spec.components.header("ETag", {"schema": STRING, "description": 'The version of the record: `"3"`.'})
    spec.components.header("Location", {"schema": STRING, "description": "The address of what was made."})
    spec.components.security_scheme(
        "session", {"type": "apiKey", "in": "cookie", "name": "__Host-crm_session", "description": _COOKIE}
    )
    spec.components.security_scheme("csrf", {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"})
    spec.components.security_scheme("workspace", {"type": "apiKey", "in": "header", "name": "X-Workspace"})


_PROBLEMS: Final = (
    errors.BadRequest,
    errors.Unauthenticated,
    errors.Forbidden,
    errors.NotFound,
    errors.Conflict,
    errors.Gone,
    errors.PreconditionFailed,
    errors.TooLarge,
    errors.UnsupportedMedia,
    errors.Invalid,
    errors.PreconditionRequired,
    errors.RateLimited,
    errors.Unavailable,
)
_COOKIE: Final = "`crm_session` where the deployment is served over http on the machine itself."
_FIELD_PROBLEM: Final = record(
    {
        "pointer": {"type": "string", "description": "JSON pointer (RFC 6901) to the value; `` is the whole."},
        "code": STRING,
        "detail": STRING,
        "params": {"type": "object", "additionalProperties": True},
    }
)
_PROBLEM: Final[Json] = {
    **record(
        {
            "type": STRING,
            "title": STRING,
            "status": INTEGER,
            "detail": STRING,
            "code": STRING,
            "request_id": UUID,
            "errors": many(ref("FieldProblem")),
        }
    ),
    "additionalProperties": True,
    "description": "RFC 9457. Some codes have members of their own: `current`, `duplicates`, `limit`.",
}
