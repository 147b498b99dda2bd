#!/usr/bin/env python3
"""One glance at the project: are the essential files there, does Docker run, are the services well?

    python3 quick_check.py           needs nothing but Python
    python3 quick_check.py --json

Services that are not started count only with --running. Exit code 0: nothing that counts is missing; 1:
something is; 2: bad usage.
"""

import argparse
import http.client
import json
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent

#: What the project cannot do without, by kind.
FILES = {
    "Start": ("pdx.py", "docker-compose.yml", "pyproject.toml", "requirements/core.txt", ".ci/run"),
    "Images": tuple(f"docker/Dockerfile.{name}" for name in ("etl", "ml", "api", "streamlit", "mlflow")),
    "Monitoring": (
        "docker/prometheus/prometheus.yml",
        "docker/prometheus/alerts.yml",
        "docker/grafana/dashboards/model_performance.json",
        "docker/grafana/dashboards/api_performance.json",
    ),
    "Scripts": tuple(
        f"scripts/{name}"
        for name in (
            "generate_monitoring_data.py",
            "validate_docker_stack.py",
            "test_mlflow_integration.py",
            "quick_start_docker.py",
            "start_docker_stack.py",
            "README.md",
        )
    ),
    "Workflows": tuple(
        f".github/workflows/{name}.yml" for name in ("tests", "ml-pipeline", "docker-build", "monitoring")
    ),
    "Tests": ("tests/monitoring/__init__.py", "tests/monitoring/test_generate_metrics.py"),
    "Documents": (
        "README.md",
        "docs/CI_CD_SETUP.md",
        "docs/DOCKER_STACK_GUIDE.md",
        "docs/E1_E3_VALIDATION_CERTIF.md",
        "docs/MONITORING_README.md",
        "docs/SCALING.md",
    ),
}
#: Service -> its usual port, what .env calls it, and the page that answers 200 when it is well.
PAGES = {
    "api": (8000, "API_PORT", "/readyz"),
    "streamlit": (8501, "STREAMLIT_PORT", "/_stcore/health"),
    "prometheus": (9090, "PROMETHEUS_PORT", "/-/healthy"),
    "grafana": (3000, "GRAFANA_PORT", "/api/health"),
    "node-exporter": (9100, "NODE_EXPORTER_PORT", "/metrics"),
    "mlflow": (5000, "MLFLOW_PORT", "/health"),
}
SERVICES = ("db", "etl", "ml_builder", *PAGES)
ONE_SHOT = ("etl", "ml_builder")


@dataclass
class Line:
    """One thing looked at. ``ok`` is ``None`` where it does not count."""

    kind: str
    name: str
    ok: bool | None
    found: str


def main() -> int:
    """Look at everything and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON line instead")
    parser.add_argument("--running", action="store_true", help="services that do not run count as missing")
    arguments = parser.parse_args()
    lines = [*files(), *services(must_run=arguments.running)]
    counted = [line for line in lines if line.ok is not None]
    well = sum(line.ok is True for line in counted)
    share = round(100 * well / len(counted))
    if arguments.json:
        print(
            json.dumps(
                {"percent": share, "ok": well == len(counted), "lines": [asdict(one) for one in lines]}
            )
        )
    else:
        tell(lines)
        print(f"\n{well} of {len(counted)} well: {share} %")
    return 0 if well == len(counted) else 1


def files() -> list[Line]:
    """The essential files."""
    return [
        Line(kind, name, (ROOT / name).is_file(), "there" if (ROOT / name).is_file() else "missing")
        for kind, names in FILES.items()
        for name in names
    ]


def services(*, must_run: bool) -> list[Line]:
    """The nine services: their containers as Docker tells, their pages as they answer."""
    absent = False if must_run else None
    states = containers()
    if isinstance(states, str):
        return [Line("Services", "Docker", absent, states)]
    lines = []
    for service in SERVICES:
        state = states.get(service, "")
        if not state:
            lines.append(Line("Services", service, absent, "not started"))
            continue
        well = is_well(service, state)
        if well and service in PAGES:
            well, answer = page(service)
            state = f"{state}; {answer}"
        lines.append(Line("Services", service, well, state))
    return lines


def is_well(service: str, state: str) -> bool:
    """Whether a container is as it should be; one that its own health check calls unhealthy is not."""
    if service in ONE_SHOT:
        return state == "exited 0"
    return state.startswith("running") and state != "running unhealthy"


def containers() -> "dict[str, str] | str":
    """State of each container of the project, or why Docker cannot tell."""
    if shutil.which("docker") is None:
        return "not installed; `python3 pdx.py up` needs none"
    project = variables().get("COMPOSE_PROJECT_NAME", "predictiondex")
    label = "com.docker.compose"
    form = f'{{{{.Label "{label}.service"}}}}\t{{{{.State}}}}\t{{{{.Status}}}}'
    command = ["docker", "ps", "--all", "--filter", f"label={label}.project={project}", "--format", form]
    try:
        asked = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"cannot be asked ({error})"
    if asked.returncode:
        return "its daemon does not answer; `python3 pdx.py up` needs none"
    states = {}
    for line in asked.stdout.splitlines():
        service, state, status = line.split("\t")
        code = status.partition("(")[2].partition(")")[0]
        states[service] = f"{state} {code}".strip()
    return states


def page(service: str) -> tuple[bool, str]:
    """Whether the page of a service answers 200, and what it answers."""
    usual, name, path = PAGES[service]
    port = variables().get(name) or str(usual)
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        return False, f"{name} in .env is no port: {port}"
    host = variables().get("BIND_ADDRESS", "").strip("[]")
    # What listens on every address answers on this one.
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - asked, not bound
        host = "127.0.0.1"
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}{path}"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200, f"{url} answers {answer.status}"
    except urllib.error.HTTPError as error:
        return False, f"{url} answers {error.code}"
    except OSError as error:
        return False, f"{url} does not answer ({error})"
    except http.client.HTTPException as error:  # something else has that port
        return False, f"{url} answers no HTTP ({type(error).__name__})"


def variables() -> dict[str, str]:
    """What .env says, as Compose reads it."""
    path = ROOT / ".env"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    pairs = (line.partition("=") for line in lines if not line.lstrip().startswith("#"))
    return {name.removeprefix("export ").strip(): plain(value) for name, equals, value in pairs if equals}


def plain(value: str) -> str:
    """A value of .env without its quotes, or without the comment behind it."""
    value = value.strip()
    quoted = re.match(r"""(["'])(.*?)\1""", value)
    return quoted[2] if quoted else re.split(r"(?:^|\s)#", value, maxsplit=1)[0].strip()


def tell(lines: list[Line]) -> None:
    """Print them, by kind."""
    kind = ""
    for line in lines:
        if line.kind != kind:
            print(f"{line.kind}:")
            kind = line.kind
        mark = {True: "ok", False: "NO", None: "--"}[line.ok]
        print(f"  {mark}  {line.name:<52} {line.found}")


if __name__ == "__main__":
    sys.exit(main())
