"""Calls, their events, and the orders they led to."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    row_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "calls",
        sa.Column("id", row_number, primary_key=True),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("info", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("alert", sa.Text),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.UniqueConstraint("call_id", name="uq_calls_call_id"),
    )
    op.create_index("ix_calls_status_id", "calls", ["status", "id"])
    op.create_table(
        "events",
        sa.Column("call", row_number, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("slot", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_events_call", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    filled = sa.text("slot IS NOT NULL")
    op.create_index(
        "ix_events_slot", "events", ["call", "slot"], unique=True, sqlite_where=filled, postgresql_where=filled
    )
    op.create_table(
        "orders",
        sa.Column("order_id", sa.Text, primary_key=True),
        sa.Column("call", row_number, nullable=False),
        sa.Column("submitted_at", moment, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_orders_call"),
        sa.UniqueConstraint("call", name="uq_orders_call"),
    )
    op.create_index("ix_orders_submitted_at", "orders", ["submitted_at"])


def downgrade() -> None:
    op.drop_table("orders")
    op.drop_table("events")
    op.drop_table("calls")
