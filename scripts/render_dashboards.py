"""Draw the dashboards from the answers of a Prometheus, without Grafana.

    .venv/bin/python -m scripts.render_dashboards http://127.0.0.1:9090 --minutes 30 --out docs/images

What is drawn is what the queries of the checked-in JSON answer, in the layout of the JSON: enough to see
that each panel shows what its title says. It is no picture of Grafana.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
import numpy as np

from scripts.build_dashboards import FOLDER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLORS: Final = {"green": "#3a8f4d", "orange": "#d9822b", "red": "#c4342d"}
#: Size of a cell of Grafana's grid, in inches.
_CELL: Final = (0.62, 0.36)
_POINTS: Final = 240
#: What is drawn of a table.
_COLUMNS: Final = ("alertname", "alertstate", "engine", "instance", "model_name", "severity", "version")


@cache
def _http() -> httpx.Client:
    return httpx.Client(timeout=60)


@dataclass(frozen=True)
class Source:
    """A Prometheus and the time to show; ``scrape``: seconds between two scrapes."""

    url: str
    start: float
    end: float
    scrape: float = 15.0

    @property
    def step(self) -> float:
        """Seconds between two points."""
        return max((self.end - self.start) / _POINTS, self.scrape)

    def filled_in(self, expression: str, job: str = "api") -> str:
        """The expression with Grafana's variables filled in as Grafana does."""
        rate = max(self.step + self.scrape, 4 * self.scrape)
        values = {"__rate_interval": f"{rate:.0f}s", "__range": f"{self.end - self.start:.0f}s"}
        values |= {"job": job, "instance": ".*"}
        return re.sub(r"\$(\w+)", lambda found: values[found[1]], expression)

    def series(self, target: dict[str, Any]) -> list[dict[str, Any]]:
        """The answer to a panel's query: ``metric``, and ``values`` or ``value``."""
        expression = self.filled_in(target["expr"])
        if target.get("instant"):
            query = {"query": expression, "time": self.end}
            path = "query"
        else:
            query = {"query": expression, "start": self.start, "end": self.end, "step": self.step}
            path = "query_range"
        answer = _http().post(f"{self.url}/api/v1/{path}", data=query).json()
        if answer["status"] != "success":
            raise ValueError(f"{answer.get('error')}: {expression}")
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found


def render(board: dict[str, Any], source: Source, path: Path) -> list[str]:
    """Draw a dashboard; returns the titles of the panels that had nothing to show."""
    from matplotlib.figure import Figure

    shown = [panel for panel in board["panels"] if panel["type"] != "text" and panel["title"] != "Runbooks"]
    height = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in shown)
    figure = Figure(figsize=(24 * _CELL[0], height * _CELL[1] + 0.5), dpi=80)
    figure.suptitle(board["title"], x=0.01, y=0.998, ha="left", va="top", fontsize=14, weight="bold")
    empty = []
    for panel in shown:
        at = panel["gridPos"]
        top = 1 - (at["y"] * _CELL[1] + 0.5) / figure.get_figheight()
        unit = _CELL[1] / figure.get_figheight()
        if panel["type"] == "row":
            figure.text(0.01, top - 0.6 * unit, panel["title"], fontsize=11, weight="bold", color="#444444")
            continue
        left, bottom, right, above = 0.05, 1.5 * unit, 0.012, 1.3 * unit
        box = (at["x"] / 24 + left, top - at["h"] * unit + bottom, at["w"] / 24 - left - right,
               at["h"] * unit - bottom - above)  # fmt: skip
        axes = figure.add_axes(box)
        axes.set_title(panel["title"], fontsize=9, loc="left")
        if not draw(panel, source, axes):
            empty.append(panel["title"])
            _nothing(axes)
    figure.savefig(path)
    return empty


def draw(panel: dict[str, Any], source: Source, axes: Axes) -> bool:
    """Draw one panel; whether there was anything to draw."""
    answers = [(target, one) for target in panel["targets"] for one in source.series(target)]
    answers = [(target, one) for target, one in answers if _has_number(one)]
    if not answers:
        return False
    kind = panel["type"]
    if kind == "stat":
        _draw_stat(panel, answers, axes)
    elif kind == "bargauge":
        _draw_bars(panel, answers, axes)
    elif kind == "heatmap":
        _draw_heatmap(answers, axes, source)
    elif kind == "table":
        _draw_table(answers, axes)
    else:
        _draw_lines(panel, answers, axes, source)
    return True


Answers = list[tuple[dict[str, Any], dict[str, Any]]]


def _has_number(one: dict[str, Any]) -> bool:
    values = one["values"] if "values" in one else [one["value"]]
    return any(value[1] != "NaN" for value in values)


def legend(target: dict[str, Any], one: dict[str, Any]) -> str:
    """The name of a series as the panel wants it."""
    text: str = target.get("legendFormat") or ""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: str(one["metric"].get(found[1], "")), text)


def _nothing(axes: Axes) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, "nothing to show", ha="center", va="center", color="#999999")


def told(value: float, unit: str) -> str:
    """A number with its unit, as short as Grafana would say it."""
    if unit == "percentunit":
        return f"{100 * value:.1f} %"
    if unit == "s":
        return f"{1000 * value:.1f} ms" if abs(value) < 1 else f"{value:.0f} s"
    if unit == "bytes":
        return f"{value / 2**20:.0f} MiB"
    return f"{value:.3g}" + ("/s" if unit in {"reqps", "ops"} else "")


def color_of(panel: dict[str, Any], value: float) -> str:
    """Colour of a value by the panel's thresholds."""
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    passed = [step["color"] for step in steps if step["value"] is None or value >= step["value"]]
    return _COLORS[passed[-1]]


def _draw_stat(panel: dict[str, Any], answers: Answers, axes: Axes) -> None:
    value = float(answers[0][1]["value"][1])
    axes.set_axis_off()
    text = told(value, panel["fieldConfig"]["defaults"]["unit"])
    axes.text(0.5, 0.5, text, ha="center", va="center", fontsize=20, color=color_of(panel, value))


def _draw_bars(panel: dict[str, Any], answers: Answers, axes: Axes) -> None:
    unit = panel["fieldConfig"]["defaults"]["unit"]
    names = [legend(target, one) for target, one in answers][::-1]
    values = [float(one["value"][1]) for _, one in answers][::-1]
    axes.barh(names, values, color=[color_of(panel, value) for value in values])
    for at, value in enumerate(values):
        axes.text(max(value, 0), at, f" {told(value, unit)}", va="center", fontsize=7)
    axes.tick_params(labelsize=7)
    axes.margins(x=0.2)


def _draw_lines(panel: dict[str, Any], answers: Answers, axes: Axes, source: Source) -> None:
    lines = []
    for target, one in answers:
        times = np.array([float(value[0]) for value in one["values"]])
        lines.append((legend(target, one), (times - source.end) / 60, np.array(
            [float(value[1]) for value in one["values"]])))  # fmt: skip
    lines.sort(key=lambda line: -float(np.nanmean(line[2])) if np.isfinite(line[2]).any() else 0)
    for name, minutes, values in lines:
        axes.plot(minutes, values, label=name or None, linewidth=1, marker="." if len(values) < 3 else "")
    top = axes.get_ylim()[1]
    for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]:
        if step["value"] is not None and step["value"] < 1.5 * top:
            axes.axhline(step["value"], color=_COLORS[step["color"]], linewidth=0.7, linestyle="--")
    axes.set_xlim((source.start - source.end) / 60, 0)
    axes.tick_params(labelsize=7)
    axes.grid(alpha=0.2)
    unit = panel["fieldConfig"]["defaults"]["unit"]
    axes.yaxis.set_major_formatter(lambda value, _: told(value, unit))
    if any(name for name, _, _ in lines):
        axes.legend(fontsize=6, loc="upper left", ncols=2 if len(lines) > 6 else 1, framealpha=0.6)


def _draw_heatmap(answers: Answers, axes: Axes, source: Source) -> None:
    """Cumulative buckets, as Prometheus has them, taken apart."""
    rows = sorted(answers, key=lambda pair: float(pair[1]["metric"]["le"]))
    times = sorted({float(value[0]) for _, one in rows for value in one["values"]})
    place = {when: at for at, when in enumerate(times)}
    table = np.zeros((len(rows), len(times)))
    for at, (_, one) in enumerate(rows):
        for when, value in one["values"]:
            table[at, place[float(when)]] = float(value) if value != "NaN" else 0.0
    cells = np.diff(table, axis=0, prepend=0)
    extent = ((times[0] - source.end) / 60, (times[-1] - source.end) / 60, -0.5, len(rows) - 0.5)
    axes.imshow(np.maximum(cells, 0), aspect="auto", origin="lower", cmap="YlOrRd", extent=extent)
    axes.set_yticks(range(len(rows)), [one["metric"]["le"] for _, one in rows], fontsize=6)
    axes.tick_params(axis="x", labelsize=7)


def _draw_table(answers: Answers, axes: Axes) -> None:
    axes.set_axis_off()
    lines = [
        "\n   ".join(f"{name} {value}" for name, value in sorted(one["metric"].items()) if name in _COLUMNS)
        for _, one in answers
    ]
    axes.text(0, 1, "\n".join(lines[:3]), va="top", fontsize=7, family="monospace")


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw all dashboards."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url", help="Address of a Prometheus.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--scrape", type=float, default=15, help="Seconds between two scrapes.")
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    options = parser.parse_args(arguments)
    now = time.time()
    source = Source(options.url, now - 60 * options.minutes, now, options.scrape)
    try:
        draw_all(source, options.out)
    except (httpx.HTTPError, httpx.InvalidURL, json.JSONDecodeError) as error:
        sys.exit(f"No Prometheus answers at {options.url} ({error}).")


def draw_all(source: Source, folder: Path) -> None:
    """A picture of each dashboard in ``folder``; what had nothing to show is told."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(FOLDER.glob("*.json")):
        path = folder / f"monitoring-{file.stem}.png"
        empty = render(json.loads(file.read_text(encoding="utf-8")), source, path)
        print(f"{path}: {len(empty)} panels had nothing to show: {', '.join(empty) or '-'}")


if __name__ == "__main__":
    main()
