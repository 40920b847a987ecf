"""`crm-saas bench`: speed against plain scripts. It belongs to the source tree, not to the installed product."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import click

from crm_saas.config import PREFIX, REPOSITORY


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: Sequence[str]) -> None:
    """Measure the product on servers of its own; --help lists the options."""
    if not (REPOSITORY / "tests" / "bench").is_dir():
        raise click.ClickException("the bench is part of the source tree; run it there, with `make bench`")
    # A deployment that runs beside it is not touched: the bench has its own servers and settings.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", *arguments], cwd=REPOSITORY, env=environment, check=False
    )
    sys.exit(done.returncode)
