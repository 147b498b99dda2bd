"""Which tests are slow without saying so: those that use a server, a database server or a browser.

``-m "not slow"`` then runs what needs none of them: the unit tests, in about a minute.
"""

from __future__ import annotations

import pytest

#: Fixtures that start something, wherever they are defined.
SERVICES = frozenset(
    {
        "postgresql", "address", "http", "ready", "ready_client", "api", "guarded", "page_url", "browser",
        "trained", "servers", "scraped", "source", "server", "docker", "stack", "world", "maker", "fake",
    }
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them before ``-m`` is looked at."""
    for item in items:
        if uses_a_service(item):
            item.add_marker(pytest.mark.slow)


def uses_a_service(item: pytest.Item) -> bool:
    """Whether a test asks for one of the fixtures, or is the case of a database server."""
    names = set(getattr(item, "fixturenames", ()))
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return bool(names & SERVICES) or "postgresql" in [str(value) for value in parameters.values()]
