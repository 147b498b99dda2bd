"""The table of services names every part of the API that it can list, in both languages."""

from __future__ import annotations

import pytest

from predictiondex.messages.text import Lang
from predictiondex.ui.pulse import Pulse
from predictiondex.ui.texts import Words
from predictiondex.ui.views.servicetable import services
from predictiondex.wire import Component, Health


@pytest.mark.parametrize(("lang", "name"), [("en", "API keys"), ("fr", "Clés d&#x27;API")])
def test_a_damaged_file_of_keys_is_named(lang: Lang, name: str) -> None:
    damaged = Component(name="keys", ok=False, detail="line 3")
    health = Health(status="degraded", version="1", uptime_seconds=1.0, components=[damaged])
    now = Pulse(0.0, health, None, None, None, (), {})
    assert f">{name}</" in services(now, Words(lang))
