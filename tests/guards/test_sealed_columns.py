"""What is stored in bytes is either a one-way hash or sealed under the ring of keys, where rotation finds it."""

from __future__ import annotations

from sqlalchemy import LargeBinary

from crm_saas.kernel.crypto import SEALED_COLUMNS
from crm_saas.models import CONTROL_MODELS, TENANT_MODELS

ONE_WAY = ("_hash", "salt")


def test_every_column_of_bytes_is_a_hash_or_is_rotated() -> None:
    sealed = {(column.model.__tablename__, column.data) for column in SEALED_COLUMNS}
    loose = {
        (model.__tablename__, column.name)
        for model in (*CONTROL_MODELS, *TENANT_MODELS)
        for column in model.__table__.columns
        if isinstance(column.type, LargeBinary) and not column.name.endswith(ONE_WAY)
    }
    assert loose == sealed


def test_each_purpose_is_one_column_whose_key_id_is_indexed() -> None:
    assert len({column.purpose for column in SEALED_COLUMNS}) == len(SEALED_COLUMNS)
    for column in SEALED_COLUMNS:
        table = column.model.__table__
        assert any(list(index.columns.keys()) == [column.key_id] for index in table.indexes)  # type: ignore[attr-defined]
