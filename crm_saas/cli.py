"""The `crm-saas` command line. Each subcommand lives in its own module and is imported only when it is asked for."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from typing import TYPE_CHECKING

import click

from crm_saas import commands
from crm_saas.config import SettingsError, load_settings
from crm_saas.local import state

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_USAGE = 2
WITHOUT_SERVERS = {"up", "secret"}


class LazyGroup(click.Group):
    """Finds subcommand `tenants` as the click object `command` of `crm_saas/commands/tenants.py`.

    Adding a module is all it takes to add a command, and `crm-saas secret` does not pay for importing the product.
    A module whose name begins with an underscore is no command.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every module of the package, as a command name."""
        names = (module.name for module in pkgutil.iter_modules(commands.__path__))
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The `command` of the module, or None for a name that has no module."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def root(context: click.Context) -> None:
    """Run and look after a CRM deployment."""
    if context.invoked_subcommand not in WITHOUT_SERVERS and "CRM_DATABASE_URL" not in os.environ:
        # A command typed beside a running `make run` reaches its servers.
        os.environ.update(state.running_environ(load_settings(services=False).data_dir / "run"))


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line; an expected failure is one line on standard error and exit code 2."""
    try:
        root.main(args=argv, prog_name="crm-saas", standalone_mode=True)
    except SettingsError as error:
        print(f"crm-saas: {error}", file=sys.stderr)  # noqa: T201 - this is the terminal
        sys.exit(EXIT_USAGE)


if __name__ == "__main__":
    main()
