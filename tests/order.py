"""In which order the tests run, and what stays together when several processes share them.

The order is random (pytest-randomly), but for what takes long: that begins first, so that in the end no
process works alone at the last long module. A module runs in one process, and so do modules that share dear
fixtures, or that must not run at the same time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

#: What one process tests, one after the other: a small trained world is dear, and so is a browser. Chromium
#: gives up what it is loading whenever a network of this machine comes or goes, and Docker's do all the time.
TOGETHER = (("tests/ml",), ("tests/stack/test_running.py", "tests/ui"))
#: What mostly waits: for a minute of traffic, for measurements to be taken, for databases and servers to come
#: and to go. It keeps no core busy, and has a process of its own where there are more than two.
WAITING = (
    "tests/etl/test_kills.py",
    "tests/etl/test_run.py",
    "tests/monitoring/test_rules.py",
    "tests/monitoring/test_generate_metrics.py",
    "tests/monitoring/test_real_servers.py",
    "tests/monitoring/test_traffic.py",
    "tests/frame/test_up.py",
    "tests/api/test_faults.py",
    "tests/api/test_leaving.py",
    "tests/api/test_service.py",
    "tests/api/test_bounds.py",
    "tests/api/test_keys.py",
    "tests/api/test_metrics.py",
    "tests/store/test_readiness.py",
)
#: What takes longest, longest first, but for the stack: its images are made meanwhile.
LONGEST = (
    "tests/etl/test_kills.py",
    "tests/ml",
    "tests/stack/test_running.py",
    "tests/ui",
    "tests/monitoring/test_loop.py",
    "tests/api/test_faults.py",
    "tests/api/test_leaving.py",
    "tests/monitoring/test_generate_metrics.py",
    "tests/frame/test_up.py",
    "tests/etl/test_run.py",
    "tests/delivery/test_wheel.py",
    "tests/api/test_schema.py",
    "tests/monitoring/test_drift.py",
    "tests/monitoring/test_rules.py",
    "tests/monitoring/test_real_servers.py",
    "tests/monitoring/test_traffic.py",
    "tests/monitoring/test_watch.py",
    "tests/frame/test_pdx.py",
    "tests/monitoring/test_retrain.py",
    "tests/advisor/test_plan.py",
    "tests/battle/test_commands.py",
)


def part(nodeid: str) -> str:
    """The module or the folder that a test belongs to, of those named here; else its module."""
    module = nodeid.partition("::")[0]
    named = (name for names in TOGETHER for name in names)
    return next((name for name in named if module == name or module.startswith(f"{name}/")), module)


def unit(nodeid: str) -> str:
    """What a test is run together with, by its first part."""
    name = part(nodeid)
    return next((names[0] for names in TOGETHER if name in names), name)


def turn(nodeid: str) -> int:
    """When a test's part has its turn; those that do not take long are equal."""
    name = part(nodeid)
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the shuffled tests in that order."""
    items.sort(key=lambda item: turn(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Give units to processes in the order of the tests: pytest-xdist would begin with the most numerous."""
    from xdist.scheduler import LoadScopeScheduling

    class Units(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit(nodeid)

        def _assign_work_unit(self, node: WorkerController) -> None:
            """The next unit. Of more than two processes the last one takes only what waits, the others all
            else first."""
            if self.numnodes > 2:
                waits = node.gateway.id == f"gw{self.numnodes - 1}"
                own = next((one for one in self.workqueue if (one in WAITING) == waits), None)
                if own:
                    self.workqueue.move_to_end(own, last=False)
                elif waits:
                    node.shutdown()
                    return
            super()._assign_work_unit(node)

    if config.getvalue("dist") != "loadscope":
        return None
    config.option.loadscopereorder = False
    return Units(config, log)
