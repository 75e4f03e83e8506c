"""Alembic environment: how the database schema gets from one version to the next."""
