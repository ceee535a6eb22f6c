"""The first edition: people, runs, reminders, the outbox and the journal.

Written out in full and apart from the models: what this edition made never changes, while
they do.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_awal"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

_APPEND_ONLY = {
    "sqlite": (
        """
        CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
        """,
        """
        CREATE TRIGGER journal_refuses_delete BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
        """,
    ),
    "postgresql": (
        """
        CREATE OR REPLACE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$
        """,
        """
        CREATE TRIGGER journal_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
        FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses()
        """,
    ),
}


def upgrade() -> None:
    op.create_table(
        "sop_versions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sop_versions"),
        sa.UniqueConstraint("digest", name="uq_sop_versions_digest"),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("address", sa.String(8)),
        sa.Column("admin", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("reachable", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
        sa.UniqueConstraint("chat_id", name="uq_persons_chat_id"),
    )
    op.create_table(
        "holdings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(32)),
        sa.Column("capacity", sa.String(16), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.Column("ended", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name="fk_holdings_person_id_persons"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_holdings"),
    )
    op.create_index("ix_holdings_person_id", "holdings", ["person_id"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32)),
        sa.Column("unit", sa.String(32)),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_by", sa.Integer),
        sa.Column("used_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["created_by"], ["persons.id"], name="fk_invitations_created_by_persons"
        ),
        sa.ForeignKeyConstraint(["used_by"], ["persons.id"], name="fk_invitations_used_by_persons"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("code_hash", name="uq_invitations_code_hash"),
    )
    op.create_table(
        "questions",
        sa.Column("chat_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_questions"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version_id", sa.Integer, nullable=False),
        sa.Column("procedure", sa.String(32), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("unit", sa.String(32)),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("started_by", sa.Integer, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.ForeignKeyConstraint(["started_by"], ["persons.id"], name="fk_runs_started_by_persons"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["sop_versions.id"], name="fk_runs_version_id_sop_versions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_status_started_at", "runs", ["status", "started_at"])
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("token", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_tasks_run_id_runs"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("run_id", "step", "attempt", name="uq_tasks_run_id_step_attempt"),
        sa.UniqueConstraint("token", name="uq_tasks_token"),
    )
    op.create_index(
        "uq_tasks_one_open_attempt",
        "tasks",
        ["run_id", "step"],
        unique=True,
        sqlite_where=sa.text("status = 'terbuka'"),
        postgresql_where=sa.text("status = 'terbuka'"),
    )
    op.create_table(
        "confirmations",
        sa.Column("task_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(32)),
        sa.Column("capacity", sa.String(16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("recorded_for", sa.String(32)),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name="fk_confirmations_person_id_persons"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_confirmations_task_id_tasks"),
        sa.PrimaryKeyConstraint("task_id", "person_id", name="pk_confirmations"),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("task_id", sa.Integer, nullable=False),
        sa.Column("rung", sa.String(16), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("role", sa.String(32)),
        sa.Column("person_id", sa.Integer),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name="fk_reminders_person_id_persons"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_reminders_task_id_tasks"),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
    )
    op.create_index("ix_reminders_task_id", "reminders", ["task_id"])
    op.create_index(
        "ix_reminders_waiting",
        "reminders",
        ["next_at"],
        sqlite_where=sa.text("status = 'menunggu'"),
        postgresql_where=sa.text("status = 'menunggu'"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(96), nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("run_id", sa.Integer),
        sa.Column("task_id", sa.Integer),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
        sa.Column("silent", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("shown", sa.Integer, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease_until", INSTANT),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("maybe_repeated", sa.Boolean, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("error", sa.Text),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name="fk_deliveries_person_id_persons"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_deliveries_run_id_runs"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_deliveries_task_id_tasks"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
    )
    op.create_index(
        "ix_deliveries_queue",
        "deliveries",
        ["chat_id", "id"],
        sqlite_where=sa.text("state = 'antre'"),
        postgresql_where=sa.text("state = 'antre'"),
    )
    op.create_index("ix_deliveries_task_id", "deliveries", ["task_id"])
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_journal_person_id_persons"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_journal_run_id_runs"),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_run_id", "journal", ["run_id"])
    op.create_table(
        "seen_updates",
        sa.Column("update_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("update_id", name="pk_seen_updates"),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_marks"),
    )
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Going back means restoring the copy that was made before the upgrade.

    Raises:
        NotImplementedError: always; dropping the tables would drop the office's record.
    """
    raise NotImplementedError("restore the copy that was made before the upgrade")
