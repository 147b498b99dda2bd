"""The files of the stack as they are written: Compose, Dockerfiles, Kubernetes."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from predictiondex.api import predictionlog, watcher
from predictiondex.monitoring.retrain import trail
from predictiondex.settings import Settings
from predictiondex.stack import images, launch
from predictiondex.stack.compose import ONE_SHOT, SERVICES
from predictiondex.stack.envfile import PORTS, SECRETS, template

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILES = sorted((ROOT / "docker").glob("Dockerfile.*"))
STANDINS = sorted((ROOT / "docker" / "standins").glob("Dockerfile.*"))
KUBERNETES = ROOT / "deploy" / "kubernetes"
#: Kinds whose definition is not Kubernetes' own.
FOREIGN = {"ServiceMonitor"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return dict(compose["services"])


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


# --- compose ----------------------------------------------------------------------------------------------


def test_the_stack_is_what_the_brief_lists(compose: dict[str, Any], services: dict[str, Any]) -> None:
    assert set(services) == set(SERVICES)
    assert {name: services[name]["image"] for name in launch.UPSTREAM} == launch.UPSTREAM
    built = {name: one["build"]["dockerfile"] for name, one in services.items() if "build" in one}
    assert sorted(built.values()) == sorted(f"docker/Dockerfile.{name}" for name in images.IMAGES)
    assert set(compose["networks"]) == {"default", "monitoring"}
    kept = {"postgres_data", "prometheus_data", "grafana_data", "mlflow_data", "training_data", "api_data"}
    assert set(compose["volumes"]) == kept


@pytest.mark.parametrize(("service", "volume"), [("ml_builder", "training_data"), ("api", "api_data")])
def test_a_home_outlives_its_container(services: dict[str, Any], service: str, volume: str) -> None:
    """The record of retrainings, the keys, predictions that wait: `docker compose run --rm` and `down` keep
    of a home what is in a volume with a name."""
    (kept,) = services[service]["volumes"]
    name, _, folder = kept.partition(":")
    assert name == volume
    dockerfile = (ROOT / services[service]["build"]["dockerfile"]).read_text(encoding="utf-8")
    home = Path(re.findall(r"^\s+PDX_HOME=(\S+)", dockerfile, re.MULTILINE)[0])
    assert Path(folder) == home
    settings = Settings(home=home)
    assert all(path.is_relative_to(home) for path in (trail(settings), settings.keys_file, settings.models))


def test_every_port_is_the_agreed_one_and_stays_on_this_machine(services: dict[str, Any]) -> None:
    published = {name: one["ports"] for name, one in services.items() if "ports" in one}
    usual = dict(PORTS.values())
    names = {service: name for name, (service, _) in PORTS.items()}
    assert published == {
        service: [f"${{BIND_ADDRESS:-127.0.0.1}}:${{{names[service]}:-{port}}}:{port}"]
        for service, port in usual.items()
    }


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_locked_in(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert "privileged" not in service
    assert {"mem_limit", "cpus", "pids_limit"} <= set(service)
    if name in ONE_SHOT:
        assert service["restart"].startswith("on-failure")
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] == "CMD"
    user = service.get("user") or _user_of(ROOT / service["build"]["dockerfile"])
    assert int(user.partition(":")[0]) > 0


def test_the_api_has_time_left_to_end_by_itself(services: dict[str, Any]) -> None:
    """After its last answers come the last predictions for the database, and then its watcher ends."""
    needed = Settings().stop_timeout + predictionlog._LAST_DRAIN + watcher._END_SECONDS
    assert float(services["api"]["stop_grace_period"].removesuffix("s")) >= needed + 3


def _user_of(dockerfile: Path) -> str:
    return re.findall(r"^USER (\S+)$", dockerfile.read_text(encoding="utf-8"), re.MULTILINE)[-1]


def test_no_secret_has_a_value_in_the_file(services: dict[str, Any]) -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    for name in SECRETS:
        uses = re.findall(rf"\$\{{{name}[^}}]*\}}", text)
        assert uses, f"{name} is not used"
        assert all(use.startswith(f"${{{name}:?") for use in uses), "it must not start without"
    grafana = services["grafana"]["environment"]
    assert grafana["GF_AUTH_ANONYMOUS_ENABLED"] == "false"
    assert grafana["GF_USERS_ALLOW_SIGN_UP"] == "false"


def test_compose_understands_it(docker_client: dict[str, str], tmp_path: Path) -> None:
    variables = tmp_path / "env"
    variables.write_text(template())
    command = ("docker", "compose", "--env-file", variables, "config", "--format", "json")
    told = run(*command, **docker_client)
    assert told.returncode == 0, told.stderr
    resolved = json.loads(told.stdout)["services"]
    assert set(resolved) == set(SERVICES)
    assert all(port["host_ip"] == "127.0.0.1" for one in resolved.values() for port in one.get("ports", ()))
    bare = run("docker", "compose", "--env-file", os.devnull, "config", "--quiet", **docker_client)
    assert bare.returncode
    assert "start_docker_stack.py" in bare.stderr


@pytest.mark.slow
def test_the_older_compose_understands_it(older_compose: Path, tmp_path: Path) -> None:
    variables = tmp_path / "env"
    variables.write_text(template())
    told = run(older_compose, "--env-file", variables, "config")
    assert told.returncode == 0, told.stderr
    assert set(yaml.safe_load(told.stdout)["services"]) == set(SERVICES)


@pytest.mark.slow
def test_it_follows_the_specification() -> None:
    checked = run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)
    assert checked.returncode == 0, checked.stdout


# --- images -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file", [*DOCKERFILES, *STANDINS], ids=lambda file: f"{file.parent.name}/{file.name}"
)
def test_dockerfiles_are_clean(file: Path) -> None:
    checked = run(BIN / "hadolint", "--config", ROOT / "docker" / "hadolint.yaml", file)
    assert checked.returncode == 0, checked.stdout
    assert "# syntax=" not in file.read_text(encoding="utf-8")


def test_all_images_grow_from_the_same_lines() -> None:
    assert [file.suffix[1:] for file in DOCKERFILES] == sorted(images.IMAGES)
    stages: dict[str, set[str]] = {}
    for file in DOCKERFILES:
        for name, text in _stages(file):
            stages.setdefault(name, set()).add(text)
    shared = {name for name in stages if name not in images.IMAGES}
    assert {name for name in shared if len(stages[name]) > 1} == set(), "Docker would build these twice"
    assert len({text for file in DOCKERFILES for name, text in _stages(file) if name == "base"}) == 1


def _stages(file: Path) -> Iterator[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for stage in re.split(r"^(?=FROM )", text, flags=re.MULTILINE)[1:]:
        yield stage.split("\n", 1)[0].rpartition(" AS ")[2], stage.rstrip()


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.name)
def test_packages_come_from_locks_with_hashes(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("\\\n", " ")
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert installs
    for line in installs:
        assert "--require-hashes" in line
        lock = re.search(r"source=(requirements/\w+\.txt)", line)
        assert lock
        assert (ROOT / lock.group(1)).is_file()
        assert "type=secret,id=certificates" in line, "a closed network could not build it"


def test_the_compiled_rules_need_no_module_that_their_stage_does_not_copy(tmp_path: Path) -> None:
    """The stage's own command over exactly what it copies; interpreted, which takes seconds."""
    stage = dict(_stages(ROOT / "docker" / "Dockerfile.api"))["kernel"].replace("\\\n", "")
    copies = re.findall(r"^COPY --from=source (.+)$", stage, re.MULTILINE)
    assert len(copies) > 1
    for line in copies:
        *sources, target = line.split()
        for source in map(Path, sources):
            there = tmp_path / target.lstrip("/") / (source.name if target.endswith("/") else "")
            there.parent.mkdir(parents=True, exist_ok=True)
            taken = ROOT / source.relative_to("/app")
            (shutil.copytree if taken.is_dir() else shutil.copy2)(taken, there)
    (command,) = re.findall(r"^RUN (.+)$", stage, re.MULTILINE)
    code = shlex.split(command)[-1]
    ended = run(
        sys.executable, "-c", code,
        PYTHONPATH=str(tmp_path / "app" / "src"), NUMBA_DISABLE_JIT="1", NUMBA_CACHE_DIR=str(tmp_path),
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr


# --- kubernetes -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["base", "overlays/production"])
def manifests(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    built = run(BIN / "kubectl", "kustomize", KUBERNETES / request.param)
    assert built.returncode == 0, built.stderr
    return list(yaml.safe_load_all(built.stdout))


@pytest.mark.slow
def test_kubernetes_knows_every_field(manifests: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(yaml.safe_dump_all([one for one in manifests if one["kind"] not in FOREIGN]))
    checked = run(BIN / "kubernetes-validate", "--strict", "--quiet", file)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_pod_is_locked_in_and_has_limits(manifests: list[dict[str, Any]]) -> None:
    pods = [pod for one in manifests if (pod := _pod(one))]
    assert len(pods) == 7
    for pod in pods:
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in [*pod["containers"], *pod.get("initContainers", [])]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert {"requests", "limits"} <= set(container["resources"])
            assert "command" not in container, "the images' entry point lays the compiled rules out"


def _pod(manifest: dict[str, Any]) -> dict[str, Any] | None:
    spec = manifest.get("spec", {})
    spec = spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec
    return spec["template"]["spec"] if "template" in spec else None


def test_what_is_named_is_there(manifests: list[dict[str, Any]]) -> None:
    """Services and the autoscaler speak of pods that exist."""
    kinds = {(one["kind"], one["metadata"]["name"]) for one in manifests}
    labelled = {
        one["metadata"]["name"]: one["spec"]["template"]["metadata"]["labels"]
        for one in manifests
        if one["kind"] == "Deployment"
    }
    for service in (one for one in manifests if one["kind"] == "Service"):
        assert service["spec"]["selector"].items() <= labelled[service["metadata"]["name"]].items()
    scaler = next(one for one in manifests if one["kind"] == "HorizontalPodAutoscaler")
    assert (scaler["spec"]["scaleTargetRef"]["kind"], scaler["spec"]["scaleTargetRef"]["name"]) in kinds
    api = next(one for one in manifests if one["kind"] == "Deployment" and one["metadata"]["name"] == "api")
    probes = api["spec"]["template"]["spec"]["containers"][0]
    # An outage of the database, which predictions do not need, must not take every pod out of the Service.
    asked = {name: probes[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "liveness", "readiness")}
    assert asked == {"startup": "/livez", "liveness": "/livez", "readiness": "/health"}
    assert {"PodDisruptionBudget", "NetworkPolicy", "CronJob", "Job", "ServiceMonitor"} <= {
        k for k, _ in kinds
    }
