"""JSON answers by orjson: UTF-8, instants in UTC with `Z`, no spaces."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC


class OrjsonProvider(JSONProvider):
    """What `flask.jsonify` uses."""

    mimetype = "application/json"

    def dumps(self, obj: Any, **_kwargs: Any) -> str:  # noqa: ANN401
        """Write `obj`; datetimes, dates, UUIDs and dataclasses included."""
        return orjson.dumps(obj, option=_OPTIONS).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:  # noqa: ANN401
        """Read JSON that the product wrote itself; a request's body is read by `api.body`."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401
        """Return the arguments as a response."""
        body = orjson.dumps(self._prepare_response_obj(args, kwargs), option=_OPTIONS)
        return Response(body, mimetype=self.mimetype)
