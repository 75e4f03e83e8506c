"""A call may lead to several orders."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("orders") as orders:
        orders.drop_constraint("uq_orders_call", type_="unique")
    op.create_index("ix_orders_call", "orders", ["call"])


def downgrade() -> None:
    op.drop_index("ix_orders_call", "orders")
    with op.batch_alter_table("orders") as orders:
        orders.create_unique_constraint("uq_orders_call", ["call"])
