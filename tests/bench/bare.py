"""What the product is compared with: the least a Flask application can do for the same requests.

One connection for each thread, its role and search path set when it is opened; no session, no rights, no validation, no
duplicate check, no event. The row to insert comes complete, with its search tokens and sort keys. The SQL is written
out below: it is the product's own, taken from `pg_stat_statements` and kept short.

Read with Flask's and psycopg's own JSON, as it comes; `?orjson` answers with the product's library.

Served by the same gunicorn settings as the product. `BARE_DATABASE_URL` and `BARE_SCHEMA` say where.
"""

from __future__ import annotations

import os
import threading
from typing import Any

import orjson
import psycopg
from flask import Flask, Response, jsonify, request
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from crm_saas.crm.leads.type import LEAD

SHOWN = ", ".join(column.name for column in LEAD.columns)
STORED = [column.name for column in LEAD.table.columns]

INSERT = f"INSERT INTO lead ({', '.join(STORED)}) VALUES ({', '.join(f'%({name})s' for name in STORED)})"
READ = f"SELECT {SHOWN} FROM lead WHERE id = %s"
LIST = f"""
    SELECT {SHOWN} FROM lead
    WHERE status IN ('new', 'working') AND rating IN ('hot') AND company_sort IS NOT NULL
    ORDER BY company_sort, id LIMIT 51"""
SEARCH = f"""
    WITH k AS MATERIALIZED (SELECT id FROM lead WHERE search @@ %s::tsquery LIMIT 5000)
    SELECT {SHOWN} FROM lead WHERE id IN (SELECT id FROM k) ORDER BY id DESC LIMIT 51"""
HISTORY = """
    SELECT event.*, member.name AS actor_name FROM event LEFT JOIN member ON member.user_id = event.actor_id
    WHERE record_id = %s ORDER BY event.version DESC LIMIT 51"""

app = Flask(__name__)
_thread = threading.local()


def connection() -> psycopg.Connection[dict[str, Any]]:
    """Return this thread's connection."""
    if not hasattr(_thread, "connection"):
        schema = os.environ["BARE_SCHEMA"]
        made = psycopg.connect(
            os.environ["BARE_DATABASE_URL"], row_factory=dict_row, options=f"-c search_path={schema},ext"
        )
        made.execute(f'SET ROLE "{schema}"'.encode())
        made.commit()
        _thread.connection = made
    return _thread.connection  # type: ignore[no-any-return]


@app.get("/healthz")
def healthz() -> Response:
    """Answer that the server is up."""
    return jsonify(status="ok")


@app.post("/leads")
def create() -> tuple[Response, int]:
    """Insert the row that was sent, commit, and send it back."""
    row = request.get_json()
    with connection().transaction():
        connection().execute(INSERT, {**row, "external_ids": Jsonb(row["external_ids"])})
    return answer(row), 201


@app.get("/leads/<uuid:lead_id>")
def read(lead_id: str) -> Response:
    """Select one row."""
    with connection().transaction():
        return answer(connection().execute(READ, [lead_id]).fetchone())


@app.get("/leads/<uuid:lead_id>/history")
def history(lead_id: str) -> Response:
    """Select what happened to one row."""
    with connection().transaction():
        return answer({"data": connection().execute(HISTORY, [lead_id]).fetchall()})


@app.get("/leads")
def list_leads() -> Response:
    """Select a page, filtered and sorted; or the matches of a search."""
    query = request.args.get("q")
    with connection().transaction():
        found = connection().execute(SEARCH, [query]) if query else connection().execute(LIST)
        return answer({"data": found.fetchall()[:50]})


def answer(document: Any) -> Response:  # noqa: ANN401
    """Send JSON as Flask does; by orjson if the request asks for it, which Flask alone does not have."""
    if "orjson" in request.args:
        return Response(orjson.dumps(document), mimetype="application/json")
    return jsonify(document)
