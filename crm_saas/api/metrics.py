"""/metrics for Prometheus: what the processes count, and what is waiting right now."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Final

from flask import Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from crm_saas.api.auth import public
from crm_saas.api.client import from_this_machine
from crm_saas.config import Settings
from crm_saas.kernel import jobs, metrics, uow
from crm_saas.kernel.directory import Placement
from crm_saas.kernel.errors import NotFound
from crm_saas.kernel.events import ControlOutbox
from crm_saas.kernel.jobs import QUEUES
from crm_saas.tenants.keeping import backups
from crm_saas.tenants.models import Mail

_FORWARDED: Final = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


def observe(route: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    metrics.REQUESTS.labels(route, request.method if request.url_rule else "any", f"{status // 100}xx").observe(seconds)


def register(app: Flask, settings: Settings) -> None:
    """Add /metrics. Without a token it exists only for a caller on this machine that no proxy stands for."""

    @app.get("/metrics")
    @public
    def read_metrics() -> Response:
        if not _may_read(settings.metrics_token):
            raise NotFound
        waiting = CollectorRegistry()
        waiting.register(_Waiting())
        text = generate_latest(metrics.collected()) + generate_latest(waiting)
        return Response(text, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _may_read(token: str | None) -> bool:
    if token is None:
        return from_this_machine() and not any(name in request.headers for name in _FORWARDED)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), token.encode())


class _Waiting(Collector):
    """What waits now. A part that cannot be asked is left out, and said to be down."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask Redis for the queues and the control plane for what is in its hands."""
        up = GaugeMetricFamily("crm_up", "Whether a server answers.", labels=("server",))
        for server, gauges in (("redis", self._queues), ("database", self._control)):
            try:
                yield from list(gauges())
                up.add_metric((server,), 1)
            except (RedisError, SQLAlchemyError):
                up.add_metric((server,), 0)
        yield up

    def _queues(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily("crm_queue_messages", "Messages waiting in a queue.", labels=("queue",))
        for queue in QUEUES:
            family.add_metric((queue,), jobs.waiting(queue))
        yield family

    def _control(self) -> Iterator[GaugeMetricFamily]:
        with uow.control() as unit:
            states = unit.connection.execute(select(Placement.state, func.count()).group_by(Placement.state)).all()
            outbox = unit.connection.execute(select(func.count()).select_from(ControlOutbox)).scalar_one()
            mails, given_up = unit.connection.execute(
                select(func.count().filter(Mail.failed_at.is_(None)), func.count(Mail.failed_at)).select_from(Mail)
            ).one()
            ages = backups.ages(unit)
        tenants = GaugeMetricFamily("crm_workspaces", "Workspaces by state of their place.", labels=("state",))
        for state, count in states:
            tenants.add_metric((state,), count)
        yield tenants
        age = GaugeMetricFamily(
            "crm_backup_age_seconds", "Since the snapshot of a node's newest tested backup.", labels=("node",)
        )
        overdue = GaugeMetricFamily(
            "crm_backups_overdue", "Workspaces of a node without a tested backup for 36 hours.", labels=("node",)
        )
        for each in ages:
            age.add_metric((each.node_id,), each.seconds)
            overdue.add_metric((each.node_id,), each.overdue)
        yield age
        yield overdue
        yield GaugeMetricFamily("crm_control_outbox_events", "Control events not yet handed over.", value=outbox)
        yield GaugeMetricFamily("crm_mails_waiting", "Mails to be sent.", value=mails)
        yield GaugeMetricFamily("crm_mails_given_up", "Mails given up within the last thirty days.", value=given_up)
