"""Orders can be found by the caller's phone and by the community, for those that are about the same matter."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name in ("caller_phone", "community"):
        op.add_column("orders", sa.Column(name, sa.Text))
        op.create_index(f"ix_orders_{name}", "orders", [name, "submitted_at"])
    orders = sa.table("orders", *(sa.column(n) for n in ("order_id", "fields", "caller_phone", "community")))
    connection = op.get_bind()
    for order_id, fields in connection.execute(sa.select(orders.c.order_id, orders.c.fields)).all():
        values = json.loads(fields)
        found = {name: values.get(name) for name in ("caller_phone", "community")}
        connection.execute(sa.update(orders).where(orders.c.order_id == order_id).values(found))


def downgrade() -> None:
    for name in ("caller_phone", "community"):
        op.drop_index(f"ix_orders_{name}", "orders")
        op.drop_column("orders", name)
