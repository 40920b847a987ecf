import stat
from pathlib import Path

from crm_saas.local.secret_files import SecretFiles


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = SecretFiles(tmp_path / "secrets").get("redis")
    assert SecretFiles(tmp_path / "secrets").get("redis") == first
    assert len(first) == 64


def test_each_name_has_a_secret_of_its_own(tmp_path: Path) -> None:
    secrets = SecretFiles(tmp_path / "secrets")
    assert secrets.get("redis") != secrets.get("crm_app")


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    secrets = SecretFiles(tmp_path / "secrets")
    assert stat.S_IMODE(secrets.path("redis").stat().st_mode) == 0o600
    assert stat.S_IMODE(secrets.folder.stat().st_mode) == 0o700


def test_nothing_but_the_secret_is_left_in_the_folder(tmp_path: Path) -> None:
    secrets = SecretFiles(tmp_path / "secrets")
    secrets.get("redis")
    assert [path.name for path in secrets.folder.iterdir()] == ["redis"]
