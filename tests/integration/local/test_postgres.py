import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from crm_saas.local import guard, processes
from crm_saas.local.errors import LocalError
from crm_saas.local.postgres import LONGEST_SOCKET_FOLDER, EmbeddedPostgres

LAUNCHER = """
import sys
from pathlib import Path
from crm_saas.local import processes
from crm_saas.local.postgres import EmbeddedPostgres
if sys.argv[2] == "unguarded":  # where the system cannot tell a child that its parent ended
    guarded = processes.guarded
    processes.guarded = lambda command, on_parent_death=0, **rest: guarded(command, on_parent_death=0, **rest)
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print(server.process.pid, flush=True)
sys.stdin.read()
"""


def ask(server: EmbeddedPostgres, statement: str) -> object:
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        row = cursor.fetchone() if cursor.description else None
        return row and row[0]


def launcher(folder: Path, guarded: str = "guarded") -> tuple["subprocess.Popen[str]", int]:
    """A process of its own that starts a server there; with the pid of the server."""
    command = [sys.executable, "-c", LAUNCHER, str(folder), guarded]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def close(process: "subprocess.Popen[str]") -> None:
    """Let go of the pipes of a process that has ended."""
    process.communicate()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name needs quoting and whose path is too long for a socket."""
    return tmp_path_factory.mktemp('it\'s a "data" folder, 数据 ' + "x" * LONGEST_SOCKET_FOLDER)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(folder, fsync=False) as running:
        yield running


def test_it_serves_from_a_folder_with_a_hard_name(server: EmbeddedPostgres, folder: Path) -> None:
    assert ask(server, "SHOW data_directory") == str(folder / "postgres" / "cluster")


def test_chinese_text_has_trigrams_and_folds_case(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.superuser_url()) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute("SELECT cardinality(show_trgm('张三')), lower('ÄÖÉ')").fetchone()
        connection.rollback()
    assert row == (3, "äöé")  # two characters, padded by two blanks before and one behind, make three trigrams


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", "127.0.0.1"),
        ("recovery_init_sync_method", "syncfs"),
        ("password_encryption", "scram-sha-256"),
        ("TimeZone", "UTC"),
        ("fsync", "off"),
    ],
)
def test_it_runs_with_the_settings_it_needs(server: EmbeddedPostgres, setting: str, value: str) -> None:
    assert ask(server, f"SHOW {setting}") == value


def test_catalogue_work_over_many_schemas_has_room_for_its_locks(server: EmbeddedPostgres) -> None:
    assert int(str(ask(server, "SHOW max_locks_per_transaction"))) >= 256


def test_the_superuser_is_refused_over_tcp_even_with_the_password(server: EmbeddedPostgres) -> None:
    password = server.secrets.get("postgres-superuser")
    with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf rejects"):
        psycopg.connect(server.url("postgres", password, "postgres"))


def test_a_login_needs_its_password(server: EmbeddedPostgres) -> None:
    ask(server, "CREATE ROLE somebody LOGIN PASSWORD 'right'")
    with psycopg.connect(server.url("somebody", "right", "postgres")) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("somebody",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url("somebody", "wrong", "postgres"))


def test_no_secret_of_ours_is_in_the_servers_environment(server: EmbeddedPostgres) -> None:
    assert server.process is not None
    names = {pair.split("=")[0] for pair in Path(f"/proc/{server.process.pid}/environ").read_text().split("\0") if pair}
    assert names == {"PATH", "LC_ALL", "TZ"}


def test_data_and_port_are_kept_over_a_restart(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS value")
        port = server.port
    with EmbeddedPostgres(tmp_path) as server:
        assert ask(server, "SELECT value FROM kept") == 42
        assert server.port == port


def test_a_port_that_was_taken_meanwhile_is_given_up(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "one", fsync=False) as first:
        second = EmbeddedPostgres(tmp_path / "two", fsync=False)
        second.folder.mkdir(parents=True, mode=0o700)
        (second.folder / "port").write_text(str(first.port))
        with second:
            assert second.port != first.port
            assert second.answers()


def test_what_was_committed_survives_kill_9_of_the_whole_server(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT 42 AS value")
    for process in [*processes.leftovers("postgres", server.cluster)]:
        process.kill()
    assert processes.wait_for(lambda: not server.running(), seconds=10)
    assert (server.cluster / "postmaster.pid").exists()
    with EmbeddedPostgres(tmp_path) as again:
        assert ask(again, "SELECT value FROM kept") == 42


def test_a_pid_file_that_names_somebody_else_by_now_is_no_hindrance(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, fsync=False) as server:
        cluster = server.cluster
        port = server.port
        socket = server._socket_folder
    lock = f"{os.getpid()}\n{cluster}\n1\n{port}\n\n127.0.0.1\n0 0\nready\n"
    (cluster / "postmaster.pid").write_text(lock)
    (processes.make_folder(socket) / f".s.PGSQL.{port}.lock").write_text(lock)
    with EmbeddedPostgres(tmp_path, fsync=False) as server:
        assert server.answers()


def test_the_server_ends_when_its_launcher_is_killed(tmp_path: Path) -> None:
    process, pid = launcher(tmp_path)
    process.kill()
    close(process)
    assert processes.wait_for(lambda: not Path(f"/proc/{pid}").exists(), seconds=30)
    assert processes.leftovers("postgres", tmp_path / "postgres" / "cluster") == []


def test_a_server_that_outlived_its_launcher_is_ended_by_the_next_start(tmp_path: Path) -> None:
    process, pid = launcher(tmp_path, "unguarded")
    process.kill()
    close(process)
    assert pid in [left.pid for left in processes.leftovers("postgres", tmp_path / "postgres" / "cluster")]
    with EmbeddedPostgres(tmp_path) as server:
        assert server.process is not None
        assert server.process.pid != pid
        assert not Path(f"/proc/{pid}").exists()


def test_a_kill_while_the_cluster_is_made_leaves_nothing_half_made(tmp_path: Path) -> None:
    draft = tmp_path / "postgres" / "draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18")
    with EmbeddedPostgres(tmp_path, fsync=False) as server:
        assert server.answers()
    assert not draft.exists()


def test_data_of_another_version_is_refused_in_one_line(tmp_path: Path) -> None:
    cluster = tmp_path / "postgres" / "cluster"
    cluster.mkdir(parents=True, mode=0o700)
    (cluster / "PG_VERSION").write_text("15\n")
    with pytest.raises(LocalError, match=r"of PostgreSQL 15 and the installed one is 18") as caught:
        EmbeddedPostgres(tmp_path).start()
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LocalError, match=r"cannot make the folder .*/file/secrets: Not a directory"):
        EmbeddedPostgres(tmp_path / "file")


def test_lost_secrets_are_told_in_one_line(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, fsync=False) as server:
        secret = server.secrets.path("postgres-superuser")
    secret.unlink()
    with pytest.raises(LocalError, match=r"does not let us in: .*password authentication failed") as caught:
        EmbeddedPostgres(tmp_path, fsync=False).start()
    assert "\n" not in str(caught.value)
    assert processes.leftovers("postgres", tmp_path / "postgres" / "cluster") == []


@pytest.mark.parametrize("identity", [guard.NAMESPACE, guard.OTHER_USER])
def test_root_can_run_it_either_way(identity: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:  # an ordinary user has one way only, and every other test takes it
        identity = guard.SAME
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    monkeypatch.setattr(processes, "unprivileged_identity", lambda: identity)
    with EmbeddedPostgres(private, fsync=False) as server:
        assert ask(server, "SELECT current_user") == "postgres"
