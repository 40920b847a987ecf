"""`crm-saas up` for real: every server and program, on a folder of its own."""

import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from crm_saas.local import processes
from tests.support.deployment import END_SECONDS, START_SECONDS, Deployment

PROGRAMS = {"web", "worker-fast", "worker-bulk", "worker-provision", "worker-keep", "scheduler"}
pytestmark = pytest.mark.xdist_group("up")  # a whole deployment at a time


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    made = Deployment(tmp_path_factory.mktemp("a data") / "folder")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGTERM)


@pytest.fixture
def deployment(kept: Deployment) -> Deployment:
    """A running deployment; started again where the test before ended it."""
    if kept.process is None or kept.process.poll() is not None:
        kept.start()
    return kept


def programs(deployment: Deployment) -> dict[str, psutil.Process]:
    """The supervised programs by name, without their own children."""
    assert deployment.process is not None
    found = {}
    for process in psutil.Process(deployment.process.pid).children():
        with suppress(psutil.NoSuchProcess):  # killed just now; a zombie until the supervisor looks
            words = process.cmdline()
            if "gunicorn" in words:
                found["web"] = process
            elif "crm_saas.worker" in words:
                found[words[-1] if words[-1] == "scheduler" else f"worker-{words[-1]}"] = process
    return found


def test_every_program_runs_and_the_web_server_is_healthy(deployment: Deployment) -> None:
    assert deployment.healthy()
    assert set(programs(deployment)) == PROGRAMS


def test_only_the_provisioner_can_become_the_owner_of_the_schemas(deployment: Deployment) -> None:
    knowing = {name for name, each in programs(deployment).items() if "CRM_OWNER_DATABASE_URL" in each.environ()}
    assert knowing == {"worker-provision", "worker-keep"}


def test_no_secret_is_on_a_command_line(deployment: Deployment) -> None:
    values = {path.read_text() for path in (deployment.data_dir / "secrets").iterdir()}
    lines = " ".join(" ".join(process.cmdline()) for process in deployment.processes().values())
    assert len(values) == 6
    assert not [value for value in values if value in lines]


def test_a_second_one_on_the_same_folder_is_refused(deployment: Deployment) -> None:
    assert deployment.process is not None
    assert f"already running on {deployment.data_dir} (process {deployment.process.pid})" in deployment.refused("up")
    assert deployment.healthy()


def test_a_command_typed_beside_it_reaches_its_database(deployment: Deployment) -> None:
    process = deployment.command("migrate", "--report")
    output, _ = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 0, output
    assert "control" in output


@pytest.mark.parametrize("name", ["web", "worker-fast"])
def test_a_program_that_is_killed_runs_again(deployment: Deployment, name: str) -> None:
    killed = programs(deployment)[name]
    killed.kill()

    def back() -> bool:
        again = programs(deployment).get(name)
        return again is not None and again.pid != killed.pid and deployment.healthy()

    assert processes.wait_for(back, seconds=START_SECONDS)


def test_a_database_server_that_is_killed_runs_again_with_its_data(deployment: Deployment) -> None:
    mark = deployment.write_mark()
    for process in processes.leftovers("postgres", deployment.data_dir / "postgres" / "cluster"):
        process.kill()

    def back() -> bool:
        with suppress(psycopg.OperationalError):
            return deployment.read_mark() == mark
        return False

    assert processes.wait_for(back, seconds=START_SECONDS)
    assert processes.wait_for(deployment.healthy, seconds=START_SECONDS)


def test_when_the_supervisor_is_killed_nothing_is_left_running(deployment: Deployment) -> None:
    assert deployment.end(signal.SIGKILL) == -signal.SIGKILL
    assert processes.wait_for(lambda: not deployment.processes(), seconds=END_SECONDS)


def test_after_kill_9_of_everything_it_starts_again_with_its_data(deployment: Deployment) -> None:
    mark = deployment.write_mark()
    everything = deployment.processes()
    deployment.end(signal.SIGKILL)
    for process in everything.values():
        with suppress(psutil.NoSuchProcess):
            process.kill()
    deployment.start()
    assert deployment.healthy()
    assert deployment.read_mark() == mark


def test_sigterm_stops_everything_cleanly(deployment: Deployment) -> None:
    assert deployment.processes()
    assert deployment.end(signal.SIGTERM) == 0
    assert deployment.processes() == {}
    log = (deployment.data_dir / "logs" / "postgres.log").read_text()
    assert log.rstrip().endswith("database system is shut down")


def test_a_taken_port_is_named_and_nothing_is_left_running(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", deployment.port))
        other.listen()
        assert f"port {deployment.port}: Address already in use" in deployment.refused("up")
    assert deployment.processes() == {}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "cannot make the folder" in Deployment(tmp_path / "file" / "data").refused("up")


def test_a_bad_setting_is_named(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    deployment.port = 99999
    assert "CRM_PORT" in deployment.refused("up")
