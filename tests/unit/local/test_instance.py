import os
import subprocess
import sys
from pathlib import Path

import pytest

from crm_saas.local.errors import LocalError
from crm_saas.local.instance import LOCK, is_held, only_one
from crm_saas.local.state import remove_environ, running_environ, write_environ


def test_a_second_one_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with (
        only_one(tmp_path),
        pytest.raises(LocalError, match=rf"already running .*process {os.getpid()}"),
        only_one(tmp_path),
    ):
        pass


def test_the_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    with only_one(tmp_path):
        assert is_held(tmp_path)
    assert not is_held(tmp_path)
    with only_one(tmp_path):
        assert is_held(tmp_path)


def test_a_lock_file_whose_holder_was_killed_is_no_hindrance(tmp_path: Path) -> None:
    code = (
        "import os\nfrom crm_saas.local.instance import *\n"
        f"with only_one(Path({str(tmp_path)!r})):\n    os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    assert (tmp_path / LOCK).read_text()
    with only_one(tmp_path):
        assert (tmp_path / LOCK).read_text() == str(os.getpid())


def test_settings_are_handed_to_commands_only_while_the_folder_is_held(tmp_path: Path) -> None:
    write_environ(tmp_path, {"CRM_REDIS_URL": "redis://here"})
    assert running_environ(tmp_path) == {}
    with only_one(tmp_path):
        assert running_environ(tmp_path) == {"CRM_REDIS_URL": "redis://here"}
        remove_environ(tmp_path)
        assert running_environ(tmp_path) == {}
