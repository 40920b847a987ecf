"""What runs the product elsewhere is held to it: programs, settings, who may become the owner, and the schemas.

Containers cannot be run where these tests run; Kubernetes' own schemas say whether a manifest is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from crm_saas.config import PREFIX, REPOSITORY, Settings
from crm_saas.kernel.jobs import OWNER_QUEUES, QUEUES

INFRA = REPOSITORY / "infra"
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
OWNER = "CRM_OWNER_DATABASE_URL"
Manifest = dict[str, Any]


def manifests() -> Iterator[tuple[str, Manifest]]:
    for path in sorted((INFRA / "kubernetes").glob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text("utf-8")):
            yield f"{path.name}:{document['kind']}/{document['metadata']['name']}", document


MANIFESTS = dict(manifests())
PROGRAMS = {name: each for name, each in MANIFESTS.items() if each["kind"] in {"Deployment", "Job"}}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_is_one_by_the_schemas_of_kubernetes(name: str) -> None:
    kubernetes_validate.validate(MANIFESTS[name], "1.33", strict=True)


def pod(manifest: Manifest) -> Any:  # noqa: ANN401
    return manifest["spec"]["template"]["spec"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_runs_without_rights_it_does_not_need(name: str) -> None:
    spec = pod(PROGRAMS[name])
    (container,) = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["automountServiceAccountToken"] is False
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert "memory" in container["resources"]["limits"]


def is_told_of_the_owner(manifest: Manifest) -> bool:
    (container,) = pod(manifest)["containers"]
    return any(source.get("secretRef", {}).get("name") == "crm-owner" for source in container["envFrom"])


def test_there_is_a_program_for_every_queue_and_only_some_may_become_the_owner() -> None:
    may = {name.rpartition("/crm-")[2] for name, manifest in PROGRAMS.items() if is_told_of_the_owner(manifest)}
    assert may == {*OWNER_QUEUES, "migrate"}
    assert {name.rpartition("/crm-")[2] for name in PROGRAMS} == {*QUEUES, "web", "scheduler", "migrate"}


def test_every_setting_that_is_set_exists() -> None:
    told = {key for manifest in MANIFESTS.values() for part in ("data", "stringData") for key in manifest.get(part, {})}
    assert told - SETTINGS == set()
    assert told >= {"CRM_SECRET_KEY", "CRM_ENCRYPTION_KEYS", "CRM_DATABASE_URL", "CRM_REDIS_URL", "CRM_BASE_URL"}


@pytest.fixture(scope="module")
def compose() -> Manifest:
    loaded: Manifest = yaml.safe_load((INFRA / "compose.yaml").read_text("utf-8"))
    return loaded


def test_compose_runs_every_program_and_tells_the_owner_to_few(compose: Manifest) -> None:
    services = compose["services"]
    ours = {name: each for name, each in services.items() if each.get("image") == "crm"}
    assert set(ours) == {"web", "scheduler", "migrate", *(f"worker-{queue}" for queue in QUEUES)}
    assert {name for name, each in ours.items() if OWNER in each["environment"]} == {
        "migrate", *(f"worker-{queue}" for queue in OWNER_QUEUES),
    }  # fmt: skip
    for each in ours.values():
        assert set(each["environment"]) <= SETTINGS
        assert each["read_only"]
        assert each["cap_drop"] == ["ALL"]


def test_only_the_web_server_listens_and_only_on_this_machine(compose: Manifest) -> None:
    ports = {name: each["ports"] for name, each in compose["services"].items() if "ports" in each}
    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_the_image_is_not_run_as_root_and_copies_what_exists() -> None:
    text = (INFRA / "Dockerfile").read_text("utf-8")
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == ["10001:10001"]
    assert set(re.findall(r"\b(CRM_[A-Z_]+)=", text)) <= SETTINGS
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for word in line.split()[:-1]]
    assert [word for word in copied if not (REPOSITORY / word).exists()] == []
    assert "--require-hashes" in text


def test_what_is_copied_is_not_ignored() -> None:
    allowed = [line[1:] for line in (REPOSITORY / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"]
    text = (INFRA / "Dockerfile").read_text("utf-8")
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for word in line.split()[:-1]]
    assert [word for word in copied if not any(Path(word).is_relative_to(each) for each in allowed)] == []
