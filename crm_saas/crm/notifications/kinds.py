"""What members can hear of. A package adds kinds of its own where the API imports it, and its rules in its `jobs`.

OVERDUE = KINDS.add(Kind("ticket_overdue", SOON, {"en": "{title} is overdue", "zh-CN": "{title}已超期"}))

@rule
def overdue(unit, events): ...  # yields Notice(OVERDUE, ...)
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from crm_saas.kernel.relay import Happened
from crm_saas.kernel.uow import UnitOfWork

Mail = Literal["soon", "digest", "off"]
SOON: Final = "soon"
DIGEST: Final = "digest"
OFF: Final = "off"
MAILS: Final[tuple[Mail, ...]] = ("soon", "digest", "off")


@dataclass(frozen=True)
class Kind:
    """One thing to hear of: what is done where nobody chose, and how a mail says it."""

    name: str
    mail: Mail
    says: Mapping[str, str]
    """Language -> a sentence with `{actor}`, `{title}`, `{count}` and, where `about` says when, `{on}`."""
    says_many: Mapping[str, str] = field(default_factory=dict)
    """The same of several records, with `{actor}` and `{count}`; without it `says`."""
    product: bool = True


class Kinds:
    """The kinds of the product by name. Where one event is several kinds, the one added first counts."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def add(self, kind: Kind) -> Kind:
        """Register a kind; its name must be free."""
        if kind.name in self._kinds:
            msg = f"notification kind {kind.name} exists"
            raise ValueError(msg)
        self._kinds[kind.name] = kind
        return kind

    def find(self, name: str) -> Kind | None:
        """Return the kind of this name."""
        return self._kinds.get(name)

    def rank(self, name: str) -> int:
        """Return where a kind stands: the lower one is told of an event that is several."""
        return list(self._kinds).index(name)

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())


KINDS: Final = Kinds()
MENTIONED: Final = KINDS.add(
    Kind("mentioned", SOON, {"en": "{actor} mentioned you: {title}", "zh-CN": "{actor}在{title}中提到了您"})
)
HANDED_OVER: Final = KINDS.add(
    Kind(
        "handed_over",
        SOON,
        {"en": "{actor} handed {title} over to you", "zh-CN": "{actor}将{title}移交给了您"},
        {"en": "{actor} handed {count} records over to you", "zh-CN": "{actor}向您移交了 {count} 条记录"},
    )
)
ASSIGNED: Final = KINDS.add(
    Kind(
        "assigned",
        SOON,
        {"en": "{actor} assigned {title} to you", "zh-CN": "{actor}将{title}分配给了您"},
        {"en": "{actor} assigned {count} records to you", "zh-CN": "{actor}向您分配了 {count} 条记录"},
    )
)
COMMENTED: Final = KINDS.add(
    Kind("commented", DIGEST, {"en": "{actor} commented on {title}", "zh-CN": "{actor}评论了{title}"})
)
CHANGED: Final = KINDS.add(
    Kind(
        "changed",
        OFF,
        {"en": "{actor} changed {title}", "zh-CN": "{actor}更改了{title}"},
        {"en": "{actor} changed {count} records that you follow", "zh-CN": "{actor}更改了您关注的 {count} 条记录"},
    )
)
RETENTION: Final = KINDS.add(
    Kind(
        "retention",
        SOON,
        {
            "en": "On {on}, records of yours will be deleted, since nothing has happened on them for long: {count}",
            "zh-CN": "您的 {count} 条记录因长期没有任何动态，将于 {on} 删除",
        },
    )
)
FINISHED: Final = KINDS.add(Kind("finished", OFF, {"en": "Ended: {title}", "zh-CN": "已结束：{title}"}))


@dataclass(frozen=True, slots=True)
class Notice:
    """What a rule says: this member should hear of that. Whether they may see it and want it is decided later."""

    kind: Kind
    recipient_id: uuid.UUID
    event_id: uuid.UUID
    """The event; of several records their batch; of a job the job."""
    actor_id: uuid.UUID | None
    record_type: str | None = None
    record_id: uuid.UUID | None = None
    comment_id: uuid.UUID | None = None
    fields: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    """How many records it is about."""
    batch: bool = False
    """Whether it is one record of a batch: all of them are told together."""


Rule = Callable[[UnitOfWork, Sequence[Happened]], Iterable[Notice]]
_R = TypeVar("_R", bound=Rule)
_rules: list[Rule] = []


def rule(function: _R) -> _R:
    """Declare what makes notices of events, called in the unit in which they are handed over."""
    _rules.append(function)
    return function


def rules() -> tuple[Rule, ...]:
    """Return every rule of the modules imported so far."""
    return tuple(_rules)
