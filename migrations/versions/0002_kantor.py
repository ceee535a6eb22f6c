"""The office's real life: returns, extensions, teams, stand-ins, evidence, groups, days.

Written out in full and apart from the models: what this edition made never changes, while
they do.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_kantor"
down_revision = "0001_awal"
branch_labels = None
depends_on = None

# A column of details that are not searched, as JSON; empty where there is nothing.
NOTHING = sa.text("''")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "persons", sa.Column("digest", sa.Boolean, server_default=sa.true(), nullable=False)
    )
    op.add_column("invitations", sa.Column("moves", sa.Integer))
    op.add_column("holdings", sa.Column("decree", sa.Text))
    op.add_column("holdings", sa.Column("decree_date", sa.Date))
    op.add_column("runs", sa.Column("details", sa.Text, server_default=NOTHING, nullable=False))
    op.add_column("tasks", sa.Column("details", sa.Text, server_default=NOTHING, nullable=False))
    op.create_index(
        "ix_deliveries_message",
        "deliveries",
        ["chat_id", "message_id"],
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_table(
        "agenda",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(96), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_agenda"),
        sa.UniqueConstraint("key", name="uq_agenda_key"),
    )
    op.create_index(
        "ix_agenda_waiting",
        "agenda",
        ["due_at"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "office_days",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("working", sa.Boolean, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("by", sa.Integer, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_office_days"),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name="fk_office_days_by_persons"),
    )
    op.create_table(
        "groups",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("procedure", sa.String(32)),
        sa.Column("linked_by", sa.Integer, nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("posted_at", INSTANT),
        sa.Column("posts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_groups"),
        sa.ForeignKeyConstraint(["linked_by"], ["persons.id"], name="fk_groups_linked_by_persons"),
    )
    op.create_table(
        "files",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_files"),
        sa.UniqueConstraint("path", name="uq_files_path"),
    )
    op.create_table(
        "incoming",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(96), nullable=False),
        sa.Column("batch", sa.String(96), nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("task_id", sa.Integer, nullable=False),
        sa.Column("file_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("photo", sa.Boolean, nullable=False),
        sa.Column("caption", sa.Text, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.PrimaryKeyConstraint("id", name="pk_incoming"),
        sa.UniqueConstraint("key", name="uq_incoming_key"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_incoming_task_id_tasks"),
    )
    op.create_index("ix_incoming_batch", "incoming", ["batch"])
    op.create_index("ix_incoming_task_id", "incoming", ["task_id"])
    op.create_index(
        "ix_incoming_waiting",
        "incoming",
        ["next_at"],
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
