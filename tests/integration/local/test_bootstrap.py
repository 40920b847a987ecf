"""infra/bootstrap.py where it cannot go on, and what makes it do a step again. `make test` itself runs the rest."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from crm_saas.config import REPOSITORY

SCRIPT = REPOSITORY / "infra" / "bootstrap.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with nothing but the script and what it reads first."""
    root = tmp_path / "a checkout"
    (root / "infra").mkdir(parents=True)
    shutil.copy(SCRIPT, root / "infra")
    return root


@pytest.fixture
def bootstrap(checkout: Path) -> ModuleType:
    """The script of the checkout, as a module."""
    spec = importlib.util.spec_from_file_location("bootstrap_of_checkout", checkout / "infra" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(checkout: Path, prelude: str = "") -> tuple[int, str]:
    """Run the script after a line that makes this machine a poorer one; exit code and the last line it printed."""
    start = "sys.argv[1:] = ['run']; runpy.run_path('infra/bootstrap.py', run_name='__main__')"
    code = f"import sys, runpy\n{prelude}\n{start}"
    done = subprocess.run([sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr.strip().splitlines()[-1]


def without(*modules: str) -> str:
    """A prelude after which these modules cannot be found."""
    return (
        "import importlib.util as u\nfound = u.find_spec\n"
        f"u.find_spec = lambda name, *rest: None if name in {modules!r} else found(name, *rest)"
    )


def test_an_old_python_is_told_in_one_line(checkout: Path) -> None:
    code, line = run(checkout, "sys.version_info = (3, 9, 2); sys.version = '3.9.2 (main)'")
    assert code == 1
    assert line == "setup: Python 3.11 or newer is needed, this is 3.9.2; set PYTHON=..."


def test_a_python_without_venv_is_told_what_to_install(checkout: Path) -> None:
    code, line = run(checkout, without("venv"))
    assert code == 2
    assert line.startswith("setup: this Python has no venv module; install it")


def test_a_python_without_any_pip_is_told_what_to_install(checkout: Path) -> None:
    code, line = run(checkout, without("ensurepip", "pip"))
    assert code == 2
    assert line.startswith("setup: this Python has no pip; install it")


def test_a_folder_in_which_nothing_can_be_made_is_told(checkout: Path) -> None:
    (checkout / ".venv").write_text("in the way")
    code, line = run(checkout)
    assert code == 2
    assert line == "setup: could not make the virtual environment"


def test_a_step_is_done_again_when_its_inputs_changed_and_only_then(bootstrap: ModuleType) -> None:
    assert not bootstrap.fresh("packages", bootstrap.fingerprint(["lock"]))
    bootstrap.stamp("packages", bootstrap.fingerprint(["lock"]))
    assert bootstrap.fresh("packages", bootstrap.fingerprint(["lock"]))
    assert not bootstrap.fresh("packages", bootstrap.fingerprint(["lock", ""]))
    assert not bootstrap.fresh("web-client", bootstrap.fingerprint(["lock"]))


def test_a_step_that_was_interrupted_is_done_again(bootstrap: ModuleType) -> None:
    bootstrap.stamp("packages", bootstrap.fingerprint(["lock"]))
    bootstrap.unstamp("packages")
    assert not bootstrap.fresh("packages", bootstrap.fingerprint(["lock"]))


def test_sources_of_the_web_client_are_its_files_and_not_what_is_made_from_them(
    bootstrap: ModuleType, checkout: Path
) -> None:
    for name in ("src/main.ts", "node_modules/x/index.js", "dist/index.html"):
        path = checkout / "frontend" / name
        path.parent.mkdir(parents=True)
        path.write_text("one")
    before = list(bootstrap.sources())
    assert before[0] == "src/main.ts"
    assert len(before) == 2
    (checkout / "frontend" / "dist" / "index.html").write_text("two")
    assert list(bootstrap.sources()) == before
    (checkout / "frontend" / "src" / "main.ts").write_text("two")
    assert list(bootstrap.sources()) != before


def test_certificates_and_index_of_pip_are_passed_on_unless_uv_has_its_own(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "python", lambda: Path(sys.executable))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example/simple")
    monkeypatch.setenv("PIP_CERT", "/etc/company.pem")
    found = bootstrap.network_of_pip()
    assert found["UV_DEFAULT_INDEX"] == "https://packages.example/simple"
    assert found["SSL_CERT_FILE"] == "/etc/company.pem"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://other.example/simple")
    assert bootstrap.network_of_pip()["UV_DEFAULT_INDEX"] == "https://other.example/simple"
