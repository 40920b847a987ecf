"""Every refusal the product knows: each class carries its HTTP status, code and title (RFC 9457).

Domain code raises these; `crm_saas.api.errors` renders them. A code is part of the public contract: clients
translate it, so it never changes once released.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in the input: a JSON pointer (RFC 6901) to the value, a stable code, and an English sentence."""

    pointer: str
    code: str
    detail: str
    params: dict[str, Any] = field(default_factory=dict)

    def below(self, pointer: str) -> FieldError:
        """Return the same fault, told of a value that holds this one at `pointer`."""
        return FieldError(f"{pointer}{self.pointer}", self.code, self.detail, self.params)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form used inside a problem document."""
        return {"pointer": self.pointer, "code": self.code, "detail": self.detail, "params": self.params}


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """A refusal with a meaning for the caller. `extra` members are added to the problem document."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        errors: tuple[FieldError, ...] | list[FieldError] = (),
        headers: dict[str, str] | None = None,
        **extra: Any,  # noqa: ANN401 - what a problem document carries besides
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.problem_code = code or self.code
        self.errors = tuple(errors)
        self.headers = headers or {}
        self.extra = extra


class BadRequest(Problem):
    """The request cannot be read at all."""

    status, code, title = 400, "bad_request", "The request could not be read"


class Unauthenticated(Problem):
    """Nobody is signed in."""

    status, code, title = 401, "unauthenticated", "Sign in first"


class Forbidden(Problem):
    """The caller may see the thing, but not do this to it."""

    status, code, title = 403, "forbidden", "You do not have the right to do this"


class ReauthenticationRequired(Forbidden):
    """A sensitive change, and the caller has not proved lately who they are: ask them, then repeat the request."""

    code, title = "reauthentication_required", "Confirm that it is you"


class TwoFactorRequired(Forbidden):
    """The workspace asks every member for two-factor sign-in, and the caller has not set it up."""

    code, title = "two_factor_required", "This workspace asks for two-factor sign-in"


class QuotaExceeded(Forbidden):
    """A limit of the plan is reached; nothing was stored."""

    code, title = "quota_exceeded", "A limit of the plan is reached"


class NotFound(Problem):
    """It does not exist, or the caller may not know that it does."""

    status, code, title = 404, "not_found", "Not found"


class Conflict(Problem):
    """The request contradicts what is stored."""

    status, code, title = 409, "conflict", "This conflicts with what is stored"


class Gone(Problem):
    """A link or a resource that has been used up or has expired."""

    status, code, title = 410, "gone", "This is no longer available"


class PreconditionFailed(Problem):
    """If-Match names a version that is no longer the current one."""

    status, code, title = 412, "stale_version", "Somebody changed this in the meantime"


def require_version(stored: int, named: int) -> None:
    """Refuse with `PreconditionFailed` a change of another version than the stored one."""
    if stored != named:
        raise PreconditionFailed("This has changed since you read it.")


class TooLarge(Problem):
    """The body or the file is over the limit."""

    status, code, title = 413, "too_large", "Too large"


class UnsupportedMedia(Problem):
    """A content type or a kind of file that is not understood."""

    status, code, title = 415, "unsupported_media", "This kind of content is not supported"


class Invalid(Problem):
    """The values are wrong; `errors` says which and why."""

    status, code, title = 422, "validation_failed", "Some values are not right"

    def below(self, pointer: str) -> Invalid:
        """Return the same refusal, told of a body that holds the refused one at `pointer`."""
        return Invalid(self.detail, errors=[fault.below(pointer) for fault in self.errors])


class PreconditionRequired(Problem):
    """A change without If-Match, which could overwrite somebody's work unseen."""

    status, code, title = 428, "version_required", "Say which version you are changing (If-Match)"


class RateLimited(Problem):
    """Too many requests; `Retry-After` says when to come back."""

    status, code, title = 429, "rate_limited", "Too many attempts"


class Unavailable(Problem):
    """A part the request needs does not answer; it may be tried again."""

    status, code, title = 503, "unavailable", "This part is not available right now"


class WorkspaceMoving(Unavailable):
    """The workspace is being moved to another server: it can be read and, for a moment, not changed."""

    code, title = "workspace_moving", "This workspace cannot be changed for a moment"


def problem_classes() -> tuple[type[Problem], ...]:
    """Return every problem class, for the API description and for tests."""

    def walk(cls: type[Problem]) -> list[type[Problem]]:
        return [cls, *(sub for child in cls.__subclasses__() for sub in walk(child))]

    return tuple(walk(Problem))
