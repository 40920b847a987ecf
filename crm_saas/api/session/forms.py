"""What people fill in: read, cleaned and refused in one go, with a pointer for every fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import passwords, profile, slugs
from crm_saas.tenants.fields import Fields, ValueFault, one_of, sure
from crm_saas.tenants.identity import clean_email, clean_organisation, clean_person
from crm_saas.tenants.regions import clean_currency, clean_language, clean_timezone
from crm_saas.tenants.signup import Application
from crm_saas.tenants.workspaces import Draft

TOKEN_LENGTH = 200
_WORKSPACE = ("organisation", "slug", "timezone", "currency", "language")


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """A clean sign-up form, the password not hashed yet."""

    workspace: Draft
    name: str
    email: str
    password: str

    def application(self) -> Application:
        """Hash the password; takes tens of milliseconds."""
        return Application(self.workspace, self.name, self.email, passwords.hash_password(self.password))


@dataclass(frozen=True, slots=True)
class NewMember:
    """What somebody new says who takes up an invitation; clean, the password not hashed yet."""

    token: str
    name: str
    password: str
    language: str
    timezone: str


def new_member(body: object) -> NewMember:
    """Read the form of somebody who was invited; raises `Invalid` with every fault."""
    fields = Fields(body, ("token", "name", "password", "language", "timezone"))
    token = fields.text("token", link_token)
    name = fields.text("name", clean_person)
    password = fields.text("password", passwords.clean_password)
    language = fields.text("language", clean_language)
    timezone = fields.text("timezone", clean_timezone)
    fields.check()
    return NewMember(sure(token), sure(name), sure(password), sure(language), sure(timezone))


def refuse_guessable(password: str, email: str, name: str, organisation: str) -> None:
    """Refuse with `Invalid` a password that somebody who knows these would try early."""
    try:
        passwords.refuse_guessable(password, (email, email.partition("@")[0], name, organisation))
    except ValueFault as fault:
        raise Invalid(errors=[FieldError("/password", fault.code, fault.detail, fault.params)]) from None


def sign_up(body: object) -> SignUpForm:
    """Read the sign-up form; raises `Invalid` with every fault."""
    fields = Fields(body, (*_WORKSPACE, "name", "email", "password"))
    draft = _draft(fields)
    name = fields.text("name", clean_person)
    email = fields.text("email", clean_email)
    password = fields.text("password", passwords.clean_password)
    if password is not None:
        try:
            passwords.refuse_guessable(password, (email, (email or "").partition("@")[0], name, draft.name))
        except ValueFault as fault:
            fields.fault("password", fault)
    fields.check()
    return SignUpForm(draft, sure(name), sure(email), sure(password))


def workspace(body: object) -> Draft:
    """Read the form of one more workspace; raises `Invalid` with every fault."""
    fields = Fields(body, _WORKSPACE)
    draft = _draft(fields)
    fields.check()
    return draft


def profile_change(body: object) -> profile.Change:
    """Read a change of one's profile; raises `Invalid` with every fault."""
    cleaners = {
        "name": clean_person,
        "language": clean_language,
        "timezone": clean_timezone,
        "theme": one_of(*profile.THEMES),
        "density": one_of(*profile.DENSITIES),
    }
    fields = Fields(body, tuple(cleaners))
    values = {name: fields.text(name, clean) for name, clean in cleaners.items() if name in fields}
    fields.check()
    return profile.Change(**values)


def typed_password(text: str) -> str:
    """Bound a password that is only compared."""
    if len(text) > passwords.LONGEST_BYTES:
        raise ValueFault("password_too_long", f"At most {passwords.LONGEST} characters.", max=passwords.LONGEST)
    return text


def link_token(text: str) -> str:
    """Bound the token of a link."""
    if len(text) > TOKEN_LENGTH:
        raise ValueFault("too_long", f"At most {TOKEN_LENGTH} characters.", max=TOKEN_LENGTH)
    return text


WRONG_PASSWORD = FieldError("/password", "wrong_password", "This is not your password.")
WRONG_CODE = FieldError("/code", "wrong_code", "This code is not right, or was used already.")
_CODE_LENGTH = 100


def typed_code(text: str) -> str:
    """Bound a code that is only compared."""
    if len(text) > _CODE_LENGTH:
        raise ValueFault("too_long", f"At most {_CODE_LENGTH} characters.", max=_CODE_LENGTH)
    return text


def chosen_password(fields: Fields, about: Iterable[str | None]) -> str:
    """Read a new password and refuse a guessable one; raises `Invalid` with every fault of the form."""
    password = fields.text("password", passwords.clean_password)
    if password is not None:
        try:
            passwords.refuse_guessable(password, about)
        except ValueFault as fault:
            fields.fault("password", fault)
    fields.check()
    return sure(password)


def require_free_slug(unit: UnitOfWork, slug: str | None) -> None:
    """Refuse a slug that somebody chose and a workspace has; one made from the name gets a suffix later."""
    if slug is not None and not slugs.is_free(unit, slug):
        raise Invalid(errors=[FieldError("/slug", "slug_taken", "This address is taken.")])


def _draft(fields: Fields) -> Draft:
    """Read the workspace's fields. Until `Fields.check` has passed, a value may be empty."""
    return Draft(
        name=fields.text("organisation", clean_organisation) or "",
        slug=fields.optional("slug", slugs.clean_slug),
        timezone=fields.text("timezone", clean_timezone) or "",
        currency=fields.text("currency", clean_currency) or "",
        language=fields.text("language", clean_language) or "",
    )
