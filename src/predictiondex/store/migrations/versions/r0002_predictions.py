"""Predictions that were given, and how their battles ended.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _predictions()
    _outcomes()


def downgrade() -> None:
    op.drop_table("outcome")
    op.drop_table("prediction")


def _predictions() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "prediction",
        sa.Column("prediction_id", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model_name", sa.String(80), nullable=False),
        sa.Column("model_version", sa.String(80), nullable=False),
        sa.Column("latency_ms", sa.Float(), nullable=False),
        sa.Column("key_name", sa.String(80), nullable=True),
        sa.Column("request", json, nullable=False),
        sa.Column("answer", json, nullable=False),
        sa.Column("features", json, nullable=True),
        sa.PrimaryKeyConstraint("prediction_id", name=op.f("pk_prediction")),
        sa.CheckConstraint("latency_ms >= 0", name=op.f("ck_prediction_latency_ms")),
    )
    op.create_index(
        op.f("ix_prediction_created_at_prediction_id"), "prediction", ["created_at", "prediction_id"]
    )
    op.create_index(
        op.f("ix_prediction_model_name_model_version_created_at"),
        "prediction",
        ["model_name", "model_version", "created_at"],
    )


def _outcomes() -> None:
    op.create_table(
        "outcome",
        sa.Column("prediction_id", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(4), nullable=False),
        sa.Column("move_id", sa.String(40), nullable=True),
        sa.Column("key_name", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("prediction_id", name=op.f("pk_outcome")),
        sa.CheckConstraint("result in ('win', 'loss', 'tie')", name=op.f("ck_outcome_result")),
        sa.ForeignKeyConstraint(
            ["prediction_id"], ["prediction.prediction_id"], name=op.f("fk_outcome_prediction_id")
        ),
    )
    op.create_index(op.f("ix_outcome_recorded_at"), "outcome", ["recorded_at"])
