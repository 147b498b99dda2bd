"""Is the running stack what it should be? Asked from outside; every line says what was expected and found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx

from predictiondex.errors import StartError
from predictiondex.pokedex import pokedex
from predictiondex.stack import health
from predictiondex.stack.compose import ONE_SHOT, SERVICES, Compose
from predictiondex.stack.envfile import Variables

MODEL: Final = "predictiondex-battle"
ALERTS: Final = ("HighPredictionLatency", "LowModelConfidence", "HighErrorRate")
METRICS: Final = (
    "api_requests_total", "api_request_duration_seconds", "api_errors_total", "model_predictions_total",
    "model_prediction_latency_seconds", "model_prediction_confidence",
)  # fmt: skip
TARGETS: Final = ("api", "node", "prometheus")
DASHBOARDS: Final = 2
QUESTION: Final = {
    "you": {"pokemon": "Pikachu", "moves": ["thunderbolt", "quickattack"]},
    "opponent": {"pokemon": "Gyarados"},
}
_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation. ``ok`` is ``None`` where a service was left out on purpose."""

    service: str
    question: str
    expected: str
    found: str
    ok: bool | None


class Stack:
    """The questions, grouped by service. ``without``: services that were not started on purpose."""

    def __init__(self, compose: Compose, variables: Variables, without: Iterable[str] = ()) -> None:
        self.compose = compose
        self.variables = variables
        self.without = frozenset(without)

    def checks(self) -> Iterator[Check]:
        """Every check, as it is made."""
        yield from self._services()
        groups: dict[str, Callable[[], Iterator[Check]]] = {
            "api": self._api,
            "streamlit": self._streamlit,
            "prometheus": self._prometheus,
            "node-exporter": self._node_exporter,
            "grafana": self._grafana,
            "mlflow": self._mlflow,
            "db": self._database,
        }
        for service, group in groups.items():
            if service in self.without:
                yield Check(service, "left out", "not asked for", "not loaded", None)
                continue
            yield from group()

    # --- services -----------------------------------------------------------------------------------------

    def _services(self) -> Iterator[Check]:
        containers = self.compose.containers()
        for service in SERVICES:
            if service in self.without:
                continue
            expected = "ended with 0" if service in ONE_SHOT else "running, healthy"
            container = containers.get(service)
            found = container.text if container else "no container"
            yield Check(service, "container", expected, found, container is not None and container.well)

    def _api(self) -> Iterator[Check]:
        ask = self._asker("api", headers={"X-API-Key": self.variables.values["PDX_API_KEY"]})
        for path in ("/livez", "/readyz", "/docs"):
            yield ask(path, "200", lambda _: "200")
        yield ask("/health", "ok", _health)
        yield ask(
            "/pokemon/?limit=1", f"{len(pokedex.forms)} Pokémon", lambda a: f"{a.json()['total']} Pokémon"
        )
        yield ask("/moves/?limit=1", f"{len(pokedex.moves)} moves", lambda a: f"{a.json()['total']} moves")
        yield ask("/types/", f"{len(pokedex.type_names)} types", lambda a: f"{_count(a.json())} types")
        yield ask(
            "/predict/best-move",
            "thunderbolt",
            lambda answer: answer.json()["recommended_move"],
            body=QUESTION,
        )
        yield ask(
            "/predict/best-move", f"answered by {MODEL}", _answered_by, body={**QUESTION, "engine": "model"}
        )
        yield ask("/predict/model-info", MODEL, lambda answer: answer.json()["name"])
        yield ask("/metrics", f"{len(METRICS)} metrics", _metrics)

    def _streamlit(self) -> Iterator[Check]:
        ask = self._asker("streamlit")
        yield ask("/_stcore/health", "ok", lambda answer: answer.text.strip())
        yield ask("/", "a page", lambda a: "a page" if "<title>" in a.text else "something else")

    def _prometheus(self) -> Iterator[Check]:
        ask = self._asker("prometheus")
        yield ask("/-/healthy", "200", lambda _: "200")
        yield ask("/api/v1/targets?state=active", f"up: {', '.join(TARGETS)}", _targets)
        yield ask("/api/v1/rules", f"loaded: {', '.join(ALERTS)}", _rules)
        yield ask("/api/v1/query?query=sum(up)", str(len(TARGETS)), _value)
        yield ask("/api/v1/query?query=sum(api_requests_total)>bool+0", "1", _value)

    def _node_exporter(self) -> Iterator[Check]:
        yield self._asker("node-exporter")(
            "/metrics",
            "processors and disks",
            lambda a: "processors and disks" if _machine(a.text) else "neither",
        )

    def _grafana(self) -> Iterator[Check]:
        ask = self._asker("grafana", auth=("admin", self.variables.values["GRAFANA_PASSWORD"]))
        yield ask("/api/health", "ok", lambda answer: answer.json()["database"])
        yield ask("/api/datasources", "prometheus", lambda a: ", ".join(one["type"] for one in a.json()))
        yield ask("/api/datasources/uid/prometheus/health", "OK", lambda answer: answer.json()["status"])
        yield ask(
            "/api/search?type=dash-db", f"{DASHBOARDS} dashboards", lambda a: f"{len(a.json())} dashboards"
        )
        anonymous = self._asker("grafana")
        yield anonymous("/api/org", "401", lambda _: "200", refused=True)

    def _mlflow(self) -> Iterator[Check]:
        ask = self._asker("mlflow")
        yield ask("/health", "OK", lambda answer: answer.text.strip())
        yield ask(
            "/api/2.0/mlflow/experiments/get-by-name?experiment_name=predictiondex", "predictiondex",
            lambda answer: answer.json()["experiment"]["name"],
        )  # fmt: skip
        yield ask(
            f"/api/2.0/mlflow/registered-models/alias?name={MODEL}&alias=champion", "a champion",
            lambda answer: "a champion" if answer.json()["model_version"]["version"] else "none",
        )  # fmt: skip

    def _database(self) -> Iterator[Check]:
        counts = {"form": len(pokedex.forms), "move": len(pokedex.moves), "type": len(pokedex.type_names)}
        for table, expected in counts.items():
            statement = f"select count(*) from {table}"  # noqa: S608 - our own names
            yield self._sql(statement, table, f"{expected} rows", lambda told: f"{told} rows")
        yield self._sql(
            "select count(*) > 0 from load",
            "loads",
            "recorded",
            lambda told: "recorded" if told == "t" else "none",
        )
        yield self._sql("select count(*) from prediction", "prediction log", "a table", lambda _: "a table")
        yield self._sql("select count(*) > 0 from registered_models", "MLflow's store", "models",
                        lambda told: "models" if told == "t" else "none", database="mlflow")  # fmt: skip

    # --- asking -------------------------------------------------------------------------------------------

    def _asker(self, service: str, **options: Any) -> Callable[..., Check]:
        """A function that asks an address and holds what ``read`` finds there against ``expected``."""
        base = self.variables.url(service)

        def ask(
            path: str,
            expected: str,
            read: Callable[[httpx.Response], str],
            *,
            body: dict[str, Any] | None = None,
            refused: bool = False,
        ) -> Check:
            method = "GET" if body is None else "POST"
            question = f"{method} {path.partition('?')[0]}"
            try:
                with health.local_client(_SECONDS, base_url=base, **options) as client:
                    answer = client.request(method, path, json=body)
                if answer.is_success:
                    found = read(answer)
                else:
                    found = (
                        str(answer.status_code) if refused else f"{answer.status_code} {answer.text[:200]}"
                    )
            except httpx.HTTPError as error:
                found = f"no answer at {base} ({type(error).__name__})"
            except (KeyError, ValueError, TypeError, IndexError) as error:
                found = f"another answer than known ({type(error).__name__}: {error})"
            return Check(service, question, expected, found, found == expected)

        return ask

    def _sql(
        self,
        statement: str,
        question: str,
        expected: str,
        read: Callable[[str], str],
        *,
        database: str = "predictiondex",
    ) -> Check:
        """A question to PostgreSQL, asked by its own client in its container."""
        options = (
            "--username=postgres",
            f"--dbname={database}",
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
        )
        try:
            found = read(self.compose.execute("db", "psql", *options, f"--command={statement}").strip())
        except StartError as error:
            found = error.message.splitlines()[-1]
        return Check("db", question, expected, found, found == expected)


def _health(answer: httpx.Response) -> str:
    """Its status, and what is said of any part: a champion that cannot be used, for example."""
    told = answer.json()
    details = [one["detail"] for one in told["components"] if one["detail"] and one["name"] != "facts"]
    return ": ".join([told["status"], *details])


def _count(body: Any) -> int:
    return int(body["total"]) if isinstance(body, dict) and "total" in body else len(body)


def _answered_by(answer: httpx.Response) -> str:
    body = answer.json()
    return f"answered by {body['model']['name']}"


def _metrics(answer: httpx.Response) -> str:
    missing = [name for name in METRICS if f"# TYPE {name.removesuffix('_total')}" not in answer.text]
    return f"without {', '.join(missing)}" if missing else f"{len(METRICS)} metrics"


def _targets(answer: httpx.Response) -> str:
    targets = answer.json()["data"]["activeTargets"]
    down = [f"{one['labels']['job']} ({one['lastError']})" for one in targets if one["health"] != "up"]
    if down:
        return f"down: {', '.join(down)}"
    return f"up: {', '.join(sorted({one['labels']['job'] for one in targets}))}"


def _rules(answer: httpx.Response) -> str:
    rules = [rule for group in answer.json()["data"]["groups"] for rule in group["rules"]]
    broken = [rule["name"] for rule in rules if rule["health"] == "err"]
    if broken:
        return f"failing: {', '.join(broken)}"
    missing = [name for name in ALERTS if name not in {rule["name"] for rule in rules}]
    return f"missing: {', '.join(missing)}" if missing else f"loaded: {', '.join(ALERTS)}"


def _value(answer: httpx.Response) -> str:
    result = answer.json()["data"]["result"]
    return str(result[0]["value"][1]) if result else "nothing measured yet"


def _machine(text: str) -> bool:
    return "node_cpu_seconds_total" in text and "node_filesystem_avail_bytes" in text
