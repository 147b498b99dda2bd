"""The model's versions and how they came and went. Times are UTC, ISO 8601."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class ModelVersion(_Answer):
    """A version in the registry of the service. ``problem`` says why it could not be loaded."""

    version: str
    aliases: list[str] = Field(description="`champion` serves, `challenger` waits.")
    created: str | None = None
    rows: int | None = Field(default=None, description="Rows that it was trained on.")
    metrics: dict[str, float] = Field(default_factory=dict, description="On matchups it had not seen.")
    problem: str = ""


class ModelEvent(_Answer):
    """An alias moved from one version to another, or a verdict that left it where it was."""

    time: str
    alias: str
    before: str | None
    after: str | None
    version: str | None = Field(description="The version that it is about.")
    reason: str
    by: str


class ModelHistory(_Answer):
    """Versions and events, the newest first."""

    versions: list[ModelVersion]
    events: list[ModelEvent]
