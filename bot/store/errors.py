"""What keeps the database, its lock or a backup from being used, until the operator acts."""

from __future__ import annotations

from enum import StrEnum


class Problem(StrEnum):
    """What is wrong. The value is the text for the log, with the names of its facts."""

    FILE_UNUSABLE = "the database {path} cannot be used ({reason})"
    SERVER_UNUSABLE = "PostgreSQL cannot be used ({reason})"
    FOREIGN_TABLES = "the database has tables of another application ({tables})"
    NEWER_REVISION = "the database has the revision {found}; the newest known one is {known}"

    FILE_IN_USE = "another bot uses the database {path}"
    FILE_IN_USE_BY = "another bot, process {holder}, uses the database {path}"
    SERVER_IN_USE = "another bot uses this PostgreSQL database"

    NOT_SQLITE = "PostgreSQL is backed up and restored by its own tools"
    NO_DATABASE = "there is no database {path}"
    EMPTY_DATABASE = "the database {path} is empty"
    TARGET_EXISTS = "{path} exists"
    TARGET_IN_ARCHIVE = "{path} is in the archive"
    ARCHIVE_LINK = "{path} is a symbolic link"
    ARCHIVE_NAME = "the name of {path} cannot be backed up"
    BACKUP_UNWRITABLE = "the backup {path} cannot be written ({reason})"
    BACKUP_MISSING = "there is no backup {path}"
    BACKUP_DAMAGED = "{path} is damaged, or no backup"
    BACKUP_LIST_DIFFERS = "the backup {path} is damaged: it has other files than its manifest"
    BACKUP_FILE_DIFFERS = "the backup {path} is damaged: {member} is not as in its manifest"
    BACKUP_DATABASE_DAMAGED = "the backup {path} is damaged: its database fails the check"
    BACKUP_NEWER = "the backup {path} is of the newer version {version}"
    BACKUP_CHANGED = "the backup {path} changed while it was read"
    RESTORE_FAILED = "a file cannot be written ({reason})"
    DATABASE_OPEN = "another program has the database {path} open"
    DATABASE_LOCKED = "another program has the database {path} open ({reason})"


class ProblemError(Exception):
    """Why something is not done. `facts` are the values that the problem's text names."""

    def __init__(self, problem: Problem, **facts: object) -> None:
        super().__init__(problem.format(**facts))
        self.problem = problem
        self.facts = facts


class DatabaseError(ProblemError):
    """The database cannot be used as it is."""


class LockHeldError(ProblemError):
    """Another bot is running on this database."""


class BackupError(ProblemError):
    """A backup cannot be made or restored."""
