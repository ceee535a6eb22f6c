"""The schema. `migrations/` makes the same one, as a test checks.

Times are UTC through `Instant`, which refuses naive datetimes. Texts that name a state
are the enum values of the domain. Indexes on queues are partial: they cover only the rows
that wait, so that a queue's cost does not grow with what is done.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    false,
    text,
    true,
)

KEY_LENGTH = 96
"""Of a key that is written once: of a delivery, an entry of the agenda, or a file that came."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. SQLite drops time zones, so they are checked here on both sides."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    # SQLite stores text. A loaded run has dozens of instants, and these processors take a third
    # of the time of SQLAlchemy's own.

    def bind_processor(self, dialect: Dialect) -> Any:
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        if dialect.name == "sqlite":
            return _from_text
        return super().result_processor(dialect, coltype)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a naive datetime never enters the database")
    return moment.astimezone(UTC)


def _to_text(moment: datetime | None) -> str | None:
    """As "2026-11-23 02:00:00.000000", always of one length, so that texts sort like instants."""
    if moment is None:
        return None
    return _in_utc(moment).replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(stored: str | None) -> datetime | None:
    # With the zone in the text: seven times as fast as `replace(tzinfo=UTC)`.
    return None if stored is None else datetime.fromisoformat(stored + "+00:00")


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


sop_versions = Table(
    "sop_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("number", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

persons = Table(
    "persons",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False, unique=True),
    # Both are NULL until somebody who opened an invitation has given them.
    Column("name", Text),
    Column("address", String(8)),
    Column("admin", Boolean, nullable=False, server_default=false()),
    Column("reachable", Boolean, nullable=False, server_default=true()),
    Column("joined_at", Instant, nullable=False),
    Column("left_at", Instant),
    # Whether they want the morning digest.
    Column("digest", Boolean, nullable=False, server_default=true()),
    # For signatures on documents; NULL until asked for, empty where the person left them so.
    Column("nip", String(18)),
    Column("rank", String(8)),
)

holdings = Table(
    "holdings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("persons.id"), nullable=False, index=True),
    Column("role", String(32), nullable=False),
    Column("unit", String(32)),
    Column("capacity", String(16), nullable=False),
    Column("since", Instant, nullable=False),
    # `until` may be a planned end. `ended` says that somebody took the role away, which a
    # clock that is set back must not undo.
    Column("until", Instant),
    Column("ended", Boolean, nullable=False, server_default=false()),
    # The surat perintah by which somebody stands in.
    Column("decree", Text),
    Column("decree_date", Date),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    # An invitation to no role is the one-time link by which the first admin claims the bot.
    Column("role", String(32)),
    Column("unit", String(32)),
    Column("created_by", ForeignKey("persons.id")),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_by", ForeignKey("persons.id")),
    Column("used_at", Instant),
    # The id of a person who moves to another Telegram account by this invitation.
    Column("moves", Integer),
)

questions = Table(
    "questions",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("data", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version_id", ForeignKey("sop_versions.id"), nullable=False),
    Column("procedure", String(32), nullable=False),
    Column("year", Integer, nullable=False),
    Column("unit", String(32)),
    Column("status", String(16), nullable=False),
    Column("started_by", ForeignKey("persons.id"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    # Team, pauses and cancellation as JSON, which no query searches; empty where there are none.
    Column("details", Text, nullable=False, server_default=text("''")),
    Index("ix_runs_status_started_at", "status", "started_at"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("step", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    # Sent in the callback data of the task's buttons. Random, so unlike an id it is never used
    # twice, not even after a restore: an old card can only name its own task.
    Column("token", String(16), nullable=False, unique=True),
    Column("status", String(16), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("closed_at", Instant),
    # Return, extensions, notes and evidence, in the same way.
    Column("details", Text, nullable=False, server_default=text("''")),
    UniqueConstraint("run_id", "step", "attempt"),
    _partial(
        "uq_tasks_one_open_attempt", "run_id", "step", where="status = 'terbuka'", unique=True
    ),
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    Column("person_id", ForeignKey("persons.id"), primary_key=True),
    # The order of the task's confirmations, from 0: two may have the same `at`.
    Column("position", Integer, nullable=False),
    Column("role", String(32), nullable=False),
    Column("unit", String(32)),
    Column("capacity", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_for", String(32)),
)

reminders = Table(
    "reminders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("task_id", ForeignKey("tasks.id"), nullable=False),
    Column("rung", String(16), nullable=False),
    # When it is due, and when to handle it: later than due where it has to wait for the
    # office to open.
    Column("due_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("role", String(32)),
    Column("person_id", ForeignKey("persons.id")),
    Column("status", String(16), nullable=False),
    Column("settled_at", Instant),
    Index("ix_reminders_task_id", "task_id"),
    _partial("ix_reminders_waiting", "next_at", where="status = 'menunggu'"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(KEY_LENGTH), nullable=False, unique=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("run_id", ForeignKey("runs.id")),
    Column("task_id", ForeignKey("tasks.id")),
    Column("notice", Text, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    # A live card is sent once and edited whenever it is out of date: `wanted` counts the
    # versions to show, `shown` is the last one that was sent.
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("message_id", BigInteger),
    # A send was under way in a crash, or its answer was lost: it may have arrived twice.
    Column("maybe_repeated", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("error", Text),
    _partial("ix_deliveries_queue", "chat_id", "id", where="state = 'antre'"),
    Index("ix_deliveries_task_id", "task_id"),
    # Replies are looked up by the message they answer.
    _partial("ix_deliveries_message", "chat_id", "message_id", where="message_id IS NOT NULL"),
)

# Due dates other than reminders: one row each, with a unique key, handled once.
agenda = Table(
    "agenda",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(KEY_LENGTH), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("data", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    # NULL while it waits.
    Column("settled_at", Instant),
    _partial("ix_agenda_waiting", "due_at", where="settled_at IS NULL"),
)

# The admin's corrections of single days, over the office's file.
office_days = Table(
    "office_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("name", Text, nullable=False),
    Column("working", Boolean, nullable=False),
    Column("basis", Text, nullable=False),
    Column("by", ForeignKey("persons.id"), nullable=False),
    Column("at", Instant, nullable=False),
)

# Groups that get news of a procedure, or of the whole office (NULL).
groups = Table(
    "groups",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("procedure", String(32)),
    Column("linked_by", ForeignKey("persons.id"), nullable=False),
    Column("linked_at", Instant, nullable=False),
    Column("title", Text, nullable=False),
    # The last journal line it got news of; its last message, and how many on that day.
    Column("told", Integer, nullable=False),
    Column("posted_at", Instant),
    Column("posts", Integer, nullable=False),
)

# The archive's files, each stored once whatever it is attached to. `path` is relative to it.
files = Table(
    "files",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", Instant, nullable=False),
)

# Files that people sent, to be downloaded from Telegram, with their outcome.
incoming = Table(
    "incoming",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(KEY_LENGTH), nullable=False, unique=True),
    # Files that were sent together get one answer.
    Column("batch", String(KEY_LENGTH), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("task_id", ForeignKey("tasks.id"), nullable=False),
    Column("file_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("photo", Boolean, nullable=False),
    Column("caption", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    # NULL while it waits.
    Column("outcome", String(16)),
    Index("ix_incoming_batch", "batch"),
    Index("ix_incoming_task_id", "task_id"),
    _partial("ix_incoming_waiting", "next_at", where="outcome IS NULL"),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), index=True),
    Column("at", Instant, nullable=False),
    Column("person_id", ForeignKey("persons.id")),
    Column("kind", String(32), nullable=False),
    Column("data", Text, nullable=False),
)

# Append-only: triggers refuse to change or delete a line.
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
for _dialect, _statements in _APPEND_ONLY.items():
    for _statement in _statements:
        _ddl = DDL(_statement)  # type: ignore[no-untyped-call] # it publishes no types
        event.listen(journal, "after_create", _ddl.execute_if(dialect=_dialect))

seen_updates = Table(
    "seen_updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
