"""What the voice guide leaves for people: codes of orders, callbacks, questions without an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    row_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    moment = sa.DateTime(timezone=True)
    op.add_column("orders", sa.Column("code", sa.Text))
    op.add_column("orders", sa.Column("wrong_codes", sa.Integer, nullable=False, server_default="0"))
    op.add_column("orders", sa.Column("unsure", sa.Text, nullable=False, server_default="[]"))
    op.create_table(
        "callbacks",
        sa.Column("id", row_number, primary_key=True),
        sa.Column("call", row_number, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("requested_at", moment, nullable=False),
        sa.Column("done_at", moment),
        sa.ForeignKeyConstraint(["call"], ["calls.id"], name="fk_callbacks_call"),
    )
    waiting = sa.text("done_at IS NULL")
    op.create_index(
        "ix_callbacks_phone", "callbacks", ["phone"], unique=True, sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "unanswered",
        sa.Column("text", sa.Text, primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("first_at", moment, nullable=False),
        sa.Column("last_at", moment, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("unanswered")
    op.drop_table("callbacks")
    for name in ("unsure", "wrong_codes", "code"):
        op.drop_column("orders", name)
