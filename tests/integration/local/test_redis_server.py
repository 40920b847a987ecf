import signal
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from crm_saas.local import processes
from crm_saas.local.redis_server import EmbeddedRedis


def client(server: EmbeddedRedis) -> "redis.Redis":
    return redis.Redis.from_url(server.url(), decode_responses=True)


def test_what_was_written_is_kept_over_a_restart_from_a_folder_with_spaces(tmp_path: Path) -> None:
    folder = tmp_path / "a data folder"
    with EmbeddedRedis(folder) as server, client(server) as connection:
        connection.set("kept", "42")
    with EmbeddedRedis(folder) as server, client(server) as connection:
        assert connection.get("kept") == "42"


def test_what_was_written_a_second_ago_survives_kill_9(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    server.start()
    with client(server) as connection:
        connection.set("kept", "42")
        assert processes.wait_for(lambda: connection.info("persistence")["aof_pending_bio_fsync"] == 0, seconds=10)
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    with EmbeddedRedis(tmp_path) as again, client(again) as connection:
        assert connection.get("kept") == "42"


def test_without_the_password_nothing_is_answered(tmp_path: Path) -> None:
    with (
        EmbeddedRedis(tmp_path, persist=False) as server,
        redis.Redis(host="127.0.0.1", port=server.port, retry=Retry(NoBackoff(), 0)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.get("anything")


def test_the_password_is_not_on_the_command_line(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path, persist=False) as server:
        assert server.process is not None
        assert server.secrets.get("redis") not in Path(f"/proc/{server.process.pid}/cmdline").read_text()


def test_only_this_machine_reaches_it(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path, persist=False) as server, client(server) as connection:
        assert connection.config_get("bind") == {"bind": "127.0.0.1"}


def test_a_server_left_behind_is_ended_by_the_next_start(tmp_path: Path) -> None:
    first = EmbeddedRedis(tmp_path, persist=False)
    first.start()
    assert first.process is not None
    with EmbeddedRedis(tmp_path, persist=False) as second:
        assert first.process.wait(10) == 0
        assert second.answers()


def test_leftovers_of_other_folders_are_left_alone(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path / "one", persist=False) as server:
        processes.end_leftovers("redis-server", tmp_path / "two", signal.SIGTERM, 1)
        assert server.answers()
