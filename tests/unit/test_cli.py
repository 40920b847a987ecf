import pytest
from click.testing import CliRunner

from crm_saas.cli import LazyGroup, main, root


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No deployment but the one that each test names."""
    for name in ("CRM_DATABASE_URL", "CRM_REDIS_URL", "CRM_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


def commands() -> list[str]:
    assert isinstance(root, LazyGroup)
    return root.list_commands(root.make_context("crm-saas", ["secret"]))


def test_the_help_names_every_command_with_a_sentence() -> None:
    result = CliRunner().invoke(root, ["--help"])
    assert result.exit_code == 0, result.output
    lines = {line.split()[0]: line.split()[1:] for line in result.output.split("Commands:\n")[1].splitlines()}
    assert set(lines) == set(commands()) >= {"up", "migrate", "tenants", "demo", "secret"}
    assert all(lines.values())


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_that_needs_no_server(name: str) -> None:
    result = CliRunner().invoke(root, [name, "--help"])
    assert result.exit_code == 0, result.output


def test_an_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(root, ["nonsense"])
    assert result.exit_code == 2
    assert "No such command 'nonsense'" in result.output


def test_every_secret_is_long_enough_and_new() -> None:
    secrets = {CliRunner().invoke(root, ["secret"]).output.strip() for _ in range(5)}
    assert len(secrets) == 5
    assert min(map(len, secrets)) >= 32


def test_missing_settings_are_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path_factory.mktemp("nobody runs here")))
    with pytest.raises(SystemExit) as left:
        main(["migrate", "--report"])
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("crm-saas: not set: CRM_DATABASE_URL, ")
