"""The distinct words of a workspace's records, by which a mistyped word is recognised."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase


class SearchWord(TenantBase):
    """A word that some record has, or had until the words were last weeded."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index("ix_search_word_trigrams", "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
    )

    word: Mapped[str] = mapped_column(primary_key=True)
    """A search token (`kernel.text.tokens`) of 4 to 40 letters, without digits."""
