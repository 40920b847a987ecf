import os
import signal
from pathlib import Path

import pytest

from crm_saas.local.errors import LocalError
from crm_saas.local.supervisor import FIRST_PAUSE, HEALTHY_AFTER, LONGEST_PAUSE, Ended, Supervisor, ending_signals


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Recorder:
    """A service in memory that writes down what happens to it."""

    def __init__(self, name: str, journal: list[str], *, broken: bool = False) -> None:
        self.name = name
        self.log = Path(os.devnull)
        self.journal = journal
        self.broken = broken
        self.alive = False

    def start(self) -> None:
        self.journal.append(f"start {self.name}")
        if self.broken:
            raise LocalError(f"{self.name} did not start: no luck")
        self.alive = True

    def running(self) -> bool:
        return self.alive

    def ask_to_stop(self) -> None:
        self.journal.append(f"ask {self.name}")

    def stop(self) -> None:
        self.journal.append(f"stop {self.name}")
        self.alive = False


@pytest.fixture
def journal() -> list[str]:
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def supervisor(journal: list[str], clock: Clock) -> Supervisor:
    return Supervisor(lambda line: journal.append(f"say {line}"), clock)


def test_stop_is_in_reverse_order_of_start(supervisor: Supervisor, journal: list[str]) -> None:
    for name in ("database", "web", "worker"):
        supervisor.start(Recorder(name, journal))
    supervisor.stop()
    assert journal == [
        *("start database", "start web", "start worker"),
        *("ask worker", "ask web", "ask database"),
        *("stop worker", "stop web", "stop database"),
    ]


def test_a_service_that_does_not_come_up_is_stopped_with_the_others(supervisor: Supervisor, journal: list[str]) -> None:
    supervisor.start(Recorder("database", journal))
    with pytest.raises(LocalError, match="web did not start"):
        supervisor.start(Recorder("web", journal, broken=True))
    supervisor.stop()
    assert journal[-2:] == ["stop web", "stop database"]


def test_a_crashed_service_runs_again_after_the_pause_and_not_before(
    supervisor: Supervisor, journal: list[str], clock: Clock, tmp_path: Path
) -> None:
    web = Recorder("web", journal)
    supervisor.start(web)
    web.alive = False
    web.log = tmp_path / "web.log"
    web.log.write_text("hello\nout of luck\n\n")
    supervisor.look()
    assert journal[-1] == "say web ended by itself (out of luck); starting it again in 1 s"
    clock.now += FIRST_PAUSE - 0.1
    supervisor.look()
    assert not web.alive
    clock.now += 0.1
    supervisor.look()
    assert web.alive
    assert journal[-1] == "say web runs again"


def test_pauses_double_up_to_the_longest_while_crashes_follow_each_other(
    supervisor: Supervisor, journal: list[str], clock: Clock
) -> None:
    web = Recorder("web", journal)
    supervisor.start(web)
    pauses = []
    for _ in range(7):
        web.alive = False
        supervisor.look()
        crashed = clock.now
        while not web.alive:
            clock.now += 0.5
            supervisor.look()
        pauses.append(clock.now - crashed)
    assert pauses == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_service_that_ran_long_before_it_crashed_waits_the_first_pause_again(
    supervisor: Supervisor, journal: list[str], clock: Clock
) -> None:
    web = Recorder("web", journal)
    supervisor.start(web)
    for healthy in (1.0, 1.0, HEALTHY_AFTER + 60):
        clock.now += healthy
        web.alive = False
        supervisor.look()
        clock.now += LONGEST_PAUSE
        supervisor.look()
    planned = [line for line in journal if "starting it again" in line]
    assert [line.rsplit(" ", 2)[1] for line in planned] == ["1", "2", "1"]


def test_a_restart_that_fails_is_told_and_tried_again(supervisor: Supervisor, journal: list[str], clock: Clock) -> None:
    web = Recorder("web", journal)
    supervisor.start(web)
    web.alive, web.broken = False, True
    supervisor.look()
    clock.now += FIRST_PAUSE
    supervisor.look()
    assert journal[-1] == "say web did not start: no luck"
    web.broken = False
    supervisor.look()
    clock.now += 2 * FIRST_PAUSE
    supervisor.look()
    assert web.alive


def test_other_services_are_left_alone_when_one_crashes(
    supervisor: Supervisor, journal: list[str], clock: Clock
) -> None:
    web, worker = Recorder("web", journal), Recorder("worker", journal)
    supervisor.start(web)
    supervisor.start(worker)
    web.alive = False
    supervisor.look()
    clock.now += FIRST_PAUSE
    supervisor.look()
    assert journal.count("start worker") == 1
    assert "stop worker" not in journal


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_ends_and_the_second_does_not_interrupt_the_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with ending_signals():
        with pytest.raises(Ended):
            os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) == before
