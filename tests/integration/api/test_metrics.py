from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from crm_saas.app import create_app
from crm_saas.config import REPOSITORY, Settings
from crm_saas.kernel import jobs, metrics, uow
from crm_saas.kernel.directory import DEFAULT_NODE, Directory
from tests.factories.workspaces import WorkspaceInfo
from tests.support.browser import Browser
from tests.support.client import Client


def python(program: str, folder: Path) -> str:
    """Run a program in a process of its own that shares the folder; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {metrics.FOLDER: str(folder)},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def value(text: str, line: str) -> float:
    """The number behind a metric with its labels."""
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.MULTILINE)
    assert found, line
    return float(found[1])


def test_requests_are_counted_by_route_and_never_by_what_stands_in_the_address(
    app: Flask, browser: Browser, workspace: WorkspaceInfo
) -> None:
    client = Client.signed_in(app, workspace.owner, workspace.id)
    client.get("/leads/00000000-0000-7000-8000-000000000001")
    text = browser.get("/metrics").get_data(as_text=True)
    line = 'crm_request_seconds_count{method="GET",route="/api/v1/<plural>/<record>",status="4xx"}'
    assert value(text, line) >= 1
    assert "00000000-0000-7000" not in text
    assert str(workspace.id) not in text


def test_what_waits_is_read_at_the_moment_of_asking(browser: Browser, wired: Redis) -> None:
    assert wired.ping()
    before = value(browser.get("/metrics").get_data(as_text=True), 'crm_queue_messages{queue="bulk"}')
    jobs.enqueue("bulk", "crm_saas.kernel.relay.relay_control")
    text = browser.get("/metrics").get_data(as_text=True)
    assert value(text, 'crm_queue_messages{queue="bulk"}') == before + 1
    assert value(text, 'crm_up{server="redis"}') == 1
    assert value(text, 'crm_workspaces{state="active"}') >= 0


def test_how_old_the_tested_backups_are_is_told_by_node(browser: Browser, workspace: WorkspaceInfo) -> None:
    assert workspace.slug
    text = browser.get("/metrics").get_data(as_text=True)
    assert value(text, f'crm_backup_age_seconds{{node="{DEFAULT_NODE}"}}') >= 0
    assert value(text, f'crm_backups_overdue{{node="{DEFAULT_NODE}"}}') >= 0


def test_without_redis_the_rest_is_told(browser: Browser, wired: Redis) -> None:
    assert wired.ping()
    jobs.configure("redis://127.0.0.1:1/0")
    text = browser.get("/metrics").get_data(as_text=True)
    assert value(text, 'crm_up{server="redis"}') == 0
    assert value(text, 'crm_up{server="database"}') == 1


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}])
def test_a_caller_behind_a_proxy_finds_nothing(browser: Browser, headers: dict[str, str | None]) -> None:
    assert browser.get("/metrics", headers=headers).status_code == 404


@pytest.fixture
def guarded(settings: Settings, app: Flask, directory: Directory) -> Iterator[Flask]:
    """An application whose metrics need a token."""
    assert app is not None
    made = create_app(settings.model_copy(update={"metrics_token": "a-long-token"}))
    own = uow.directory()
    uow.configure(directory)
    yield made
    own.dispose()


@pytest.mark.parametrize(("header", "status"), [("Bearer a-long-token", 200), ("Bearer other", 404), ("", 404)])
def test_with_a_token_only_its_holder_reads(guarded: Flask, header: str, status: int) -> None:
    assert guarded.test_client().get("/metrics", headers={"Authorization": header}).status_code == status


def test_processes_that_share_a_folder_are_added_up(tmp_path: Path) -> None:
    program = "from crm_saas.kernel import metrics; metrics.job_done('crm_saas.x.y', 'done', 0.1)"
    for _ in range(2):
        python(program, tmp_path)
    told = python(
        "from crm_saas.kernel import metrics; from prometheus_client import generate_latest;"
        "print(generate_latest(metrics.collected()).decode())",
        tmp_path,
    )
    assert value(told, 'crm_job_seconds_count{function="x.y",outcome="done"}') == 2
