"""Make ``docker/grafana/dashboards/*.json`` from :mod:`scripts.dashboards`.

``.venv/bin/python -m scripts.build_dashboards``; a test holds the files to be current. The types are those of
Grafana's own schema for the release of the stack (grafana-foundation-sdk). The runbooks are copied into the
dashboards, so that the links of panels lead somewhere wherever Grafana runs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any, Final

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    heatmap,
    prometheus,
    stat,
    table,
    text,
    timeseries,
)
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as shapes
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from scripts.dashboards import BOARDS, Board, Panel, Steps, expression

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "docker" / "grafana" / "dashboards"
RUNBOOKS: Final = ROOT / "docs" / "MONITORING_README.md"
_SOURCE: Final = model.DataSourceRef(type_val="prometheus", uid="${datasource}")
_TAG: Final = "predictiondex"
#: Number of the panel that holds the runbooks; the others count from 1.
_RUNBOOK_PANEL: Final = 1000
_FIRST_ROW: Final = 500


def content(board: Board) -> str:
    """The JSON of one dashboard."""
    built = _board(board).build()
    plain = json.loads(json.dumps(built, cls=JSONEncoder))
    return json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _board(board: Board) -> dashboard.Dashboard:
    made = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.description)
        .tags([_TAG])
        .timezone("browser")
        .time("now-1h", "now")
        .refresh("15s")
        .readonly()
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .link(_link())
    )
    for variable in _variables():
        made = made.with_variable(variable)
    number = 0
    for place, row in enumerate(board.rows):
        made = made.with_row(dashboard.Row(row.title).id(_FIRST_ROW + place))
        for panel in row.panels:
            number += 1
            made = made.with_panel(_panel(panel, number))
    return made.with_row(dashboard.Row("Runbooks").id(_RUNBOOK_PANEL - 1)).with_panel(_runbooks(board))


def _link() -> dashboard.DashboardLink:
    """From each dashboard to the others, time and variables kept."""
    return (
        dashboard.DashboardLink("PredictionDex")
        .type(model.DashboardLinkType.DASHBOARDS)
        .tags([_TAG])
        .include_vars(True)
        .keep_time(True)
        .as_dropdown(False)
        .target_blank(False)
    )


def _variables() -> list[Any]:
    job = "label_values(api_requests_total, job)"
    instance = 'label_values(api_requests_total{job=~"$job"}, instance)'
    return [
        dashboard.DatasourceVariable("datasource")
        .label("Data source")
        .type("prometheus")
        .current(model.VariableOption(selected=True, text="Prometheus", value="prometheus")),
        _labels("job", "Job", job).current(model.VariableOption(selected=True, text="api", value="api")),
        _labels("instance", "Instance", instance)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(model.VariableOption(selected=True, text="All", value="$__all")),
    ]


def _labels(name: str, label: str, query: str) -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(_SOURCE)
        .query({"query": query, "refId": f"{name}-variable"})
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
    )


def _panel(panel: Panel, number: int) -> Any:
    made = {
        "stat": _stat,
        "timeseries": _lines,
        "stacked": _stacked,
        "bars": _bars,
        "heatmap": _heatmap,
        "table": _table,
    }[panel.kind](panel)
    description = panel.description
    if panel.quiet:
        description += f" ({panel.quiet[0].upper()}{panel.quiet[1:]}.)"
    made = (
        made.id(number)
        .title(panel.title)
        .description(description)
        .datasource(_SOURCE)
        .unit(panel.unit)
        .thresholds(_thresholds(panel.steps))
        .no_value("-")
        .grid_pos(model.GridPos(h=panel.height, w=panel.width))
        .targets([_target(panel, at) for at in range(len(panel.queries))])
    )
    if panel.decimals is not None:
        made = made.decimals(panel.decimals)
    if panel.top is not None:
        made = made.min(0).max(panel.top)
    if panel.alert:
        made = made.links([_runbook_link(panel.alert)])
    return made


def _target(panel: Panel, at: int) -> prometheus.Dataquery:
    query, legend = panel.queries[at]
    target = prometheus.Dataquery().expr(expression(query)).legend_format(legend).ref_id("ABCDEFGH"[at])
    target = target.instant() if panel.kind in {"stat", "bars", "table"} else target.range()
    if panel.kind == "heatmap":
        return target.format(PromQueryFormat.HEATMAP)
    if panel.kind == "table":
        return target.format(PromQueryFormat.TABLE)
    return target


def _thresholds(steps: Steps) -> dashboard.ThresholdsConfig:
    return (
        dashboard.ThresholdsConfig()
        .mode(model.ThresholdsMode.ABSOLUTE)
        .steps([model.Threshold(value=value, color=color) for value, color in steps])
    )


def _last() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"])


def _stat(panel: Panel) -> Any:
    del panel
    return (
        stat.Panel()
        .reduce_options(_last())
        .color_mode(shapes.BigValueColorMode.VALUE)
        .graph_mode(shapes.BigValueGraphMode.NONE)
    )


def _lines(panel: Panel) -> timeseries.Panel:
    legend = (
        common.VizLegendOptions()
        .display_mode(shapes.LegendDisplayMode.TABLE)
        .placement(shapes.LegendPlacement.BOTTOM)
        .show_legend(True)
        .calcs(["lastNotNull", "max"])
    )
    tooltip = common.VizTooltipOptions().mode(shapes.TooltipDisplayMode.MULTI)
    made = timeseries.Panel().legend(legend).tooltip(tooltip).line_width(1).fill_opacity(10)
    if len(panel.steps) > 1:
        style = common.GraphThresholdsStyleConfig().mode(shapes.GraphTresholdsStyleMode.LINE)
        made = made.thresholds_style(style)
    return made


def _stacked(panel: Panel) -> timeseries.Panel:
    stack = common.StackingConfig().mode(shapes.StackingMode.NORMAL).group("A")
    return _lines(panel).fill_opacity(40).stacking(stack)


def _bars(panel: Panel) -> Any:
    del panel
    return (
        bargauge.Panel()
        .reduce_options(_last())
        .orientation(shapes.VizOrientation.HORIZONTAL)
        .display_mode(shapes.BarGaugeDisplayMode.BASIC)
        .show_unfilled(True)
    )


def _heatmap(panel: Panel) -> Any:
    # The buckets are the chart's rows as they come.
    axis = heatmap.YAxisConfig().unit(panel.unit)
    return heatmap.Panel().calculate(False).y_axis(axis).show_legend()


def _table(panel: Panel) -> Any:
    del panel
    return table.Panel().show_header(True)


def _runbook_link(alert: str) -> dashboard.DashboardLink:
    return (
        dashboard.DashboardLink(f"Runbook: {alert}")
        .type(model.DashboardLinkType.LINK)
        .url(f"/d/{_board_of(alert).uid}?viewPanel={_RUNBOOK_PANEL}#{alert.lower()}")
        .include_vars(True)
        .keep_time(True)
        .target_blank(True)
    )


def _board_of(alert: str) -> Board:
    return next(board for board in BOARDS if alert in board.alerts)


def _runbooks(board: Board) -> Any:
    chosen = [f"### {alert}\n\n{_links_kept_plain(runbook(alert))}" for alert in board.alerts]
    return (
        text.Panel()
        .id(_RUNBOOK_PANEL)
        .title("Runbooks")
        .description("What to do when an alert fires; the same text as docs/MONITORING_README.md.")
        .mode("markdown")  # type: ignore[arg-type]
        .content("\n\n".join(chosen))
        .grid_pos(model.GridPos(h=24, w=24))
    )


def runbook(alert: str) -> str:
    """The text under an alert's heading. Raises ``ValueError`` when there is none."""
    found = re.search(
        rf"^### {alert}\n(.*?)(?=^##|\Z)", RUNBOOKS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    if found is None:
        raise ValueError(f"{RUNBOOKS} has no runbook {alert!r}.")
    return found.group(1).strip()


def _links_kept_plain(markdown: str) -> str:
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", markdown)


def main(arguments: list[str] | None = None) -> int:
    """Write the files."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args(arguments)
    for one in BOARDS:
        (FOLDER / one.file).write_text(content(one), encoding="utf-8")
        print(f"Written: {FOLDER / one.file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
