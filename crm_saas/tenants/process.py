"""What each process of the deployment is wired with, from the settings, once at its start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine

from crm_saas.config import Settings
from crm_saas.kernel import files, jobs, uow
from crm_saas.kernel.crypto import KeyRing
from crm_saas.kernel.db import make_owner_engine
from crm_saas.kernel.directory import DEFAULT_NODE, Directory
from crm_saas.kernel.mail import MailboxMailer, SmtpMailer, mailer_of
from crm_saas.tenants.links import Links
from crm_saas.tenants.provisioning import Provisioner


@dataclass(frozen=True)
class _Wiring:
    settings: Settings

    @cached_property
    def mailer(self) -> SmtpMailer | MailboxMailer:
        return mailer_of(self.settings)

    @cached_property
    def links(self) -> Links:
        return Links(self.settings.base_url, self.settings.secret_key)

    @cached_property
    def keys(self) -> KeyRing:
        return KeyRing.parse(self.settings.encryption_keys)

    @cached_property
    def owners(self) -> dict[str, Engine]:
        url = self.settings.owner_database_url
        if url is None:
            raise RuntimeError("CRM_OWNER_DATABASE_URL is not set: this process does not build tenants")
        urls = {DEFAULT_NODE: url, **self.settings.owner_nodes}
        return {node_id: make_owner_engine(each) for node_id, each in urls.items()}

    @cached_property
    def provisioner(self) -> Provisioner:
        return Provisioner(self.owners)


_wiring: _Wiring | None = None


def configure(settings: Settings, *, application: str) -> None:
    """Wire this process: directory, queue, files, mail, links; the provisioner where the owner's address is known."""
    global _wiring  # noqa: PLW0603 - one per process
    _wiring = _Wiring(settings)
    _ = _wiring.keys  # a bad key is an error now, not at the first secret
    uow.configure(
        Directory(
            {DEFAULT_NODE: settings.database_url, **settings.nodes},
            pool_size=settings.db_pool_size,
            application=application,
        )
    )
    jobs.configure(settings.redis_url or None)
    files.configure(settings.data_dir / "files")


def mailer() -> SmtpMailer | MailboxMailer:
    """Return the process's mailer."""
    return _wired().mailer


def links() -> Links:
    """Return what makes the deployment's links."""
    return _wired().links


def keys() -> KeyRing:
    """Return the deployment's encryption keys."""
    return _wired().keys


def provisioner() -> Provisioner:
    """Return the builder of tenants; raises `RuntimeError` in a process without the owner's address."""
    return _wired().provisioner


def owners() -> dict[str, Engine]:
    """Return the owner's engine of each node; raises `RuntimeError` in a process without the owner's address."""
    return _wired().owners


def settings() -> Settings:
    """Return what this process was configured with."""
    return _wired().settings


def _wired() -> _Wiring:
    if _wiring is None:
        raise RuntimeError("tenants.process.configure() was not called")
    return _wiring
