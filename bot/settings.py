"""The settings: read once from the environment, which wins, and `.env`.

All faults are reported at once, without values that may be secret.
"""

from __future__ import annotations

import difflib
import errno
import io
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Self
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    model_validator,
)

PROJECT: Final = Path(__file__).resolve().parents[1]
"""The project's folder: relative paths count from here, wherever the bot is started."""

_TOKEN: Final = re.compile(r"\d{5,16}:[A-Za-z0-9_-]{30,64}", re.ASCII)
_TOKEN_EXAMPLE: Final = "123456789:AAExampleExampleExampleExample12345"  # noqa: S105 - shows the shape
_SQLITE_EXAMPLE: Final = "sqlite:///data/kawal.db"
_POSTGRESQL_EXAMPLE: Final = "postgresql://pengguna:sandi@alamat/nama_database"
_HIGHEST_ID: Final = 2**52  # Telegram's ids have at most 52 significant bits


class OperatorError(Exception):
    """The bot cannot run, and the operator can correct it: the text says what and how."""


class SettingsError(OperatorError):
    """The settings cannot be used. `faults` holds every fault, one at least."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


class LogFormat(StrEnum):
    """How log lines are written: for people, or for a machine that collects them."""

    TEXT = "text"
    JSON = "json"


def _token(raw: object) -> object:
    if isinstance(raw, str) and not _TOKEN.fullmatch(raw):
        raise ValueError(
            "bukan token bot; salin utuh dari @BotFather, bentuknya angka, titik dua, lalu"
            f" sekitar 35 huruf dan angka, misalnya {_TOKEN_EXAMPLE}"
        )
    return raw


def _admins(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    parts = [part for part in re.split(r"[,;\s]+", raw) if part]
    wrong = [part for part in parts if not _is_person(part)]
    if wrong:
        raise ValueError(
            f"{', '.join(wrong)} bukan nomor Telegram seseorang; isi dengan angka saja,"
            " dipisah koma, misalnya 123456789,987654321 (tanyakan nomornya kepada"
            " @userinfobot di Telegram)"
        )
    return frozenset(int(part) for part in parts)


def _database(raw: object) -> SecretStr:
    """The address; of SQLite with the absolute path of its file.

    Raises:
        ValueError: neither a file of SQLite nor an address of PostgreSQL.
    """
    text = raw.get_secret_value() if isinstance(raw, SecretStr) else str(raw)
    backend = text.partition(":")[0].partition("+")[0].lower()
    if backend == "sqlite":
        file = _sqlite_file(text)
        if file is None:
            raise ValueError(
                f"tidak menyebut berkas; tulis misalnya {_SQLITE_EXAMPLE} (basis data yang hanya"
                " di memori hilang setiap kali bot berhenti)"
            )
        return SecretStr(f"sqlite:///{_from_project(file).as_posix()}")
    parts = _split(text)
    if backend not in {"postgres", "postgresql"} or parts is None or not parts.path.strip("/"):
        raise ValueError(
            "bukan alamat basis data; tulis"
            f" {_SQLITE_EXAMPLE} atau {_POSTGRESQL_EXAMPLE} (tanda baca di dalam sandi ditulis"
            " dengan kode persen, misalnya %40 untuk @)"
        )
    return SecretStr(text)


def _api(raw: object) -> object:
    text = str(raw).rstrip("/")
    parts = _split(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(
            "bukan alamat; tulis alamat yang diawali http:// atau https://, misalnya"
            " https://api.telegram.org, atau hapus barisnya"
        )
    if parts.query or parts.fragment or "/bot" in parts.path:
        raise ValueError(
            "terlalu panjang; tulis hanya bagian sebelum /bot<token>/, misalnya"
            " https://api.telegram.org"
        )
    return text


def _format(raw: object) -> object:
    text = str(raw).lower()
    if text not in {form.value for form in LogFormat}:
        raise ValueError(f'"{raw}" tidak dikenal; tulis text atau json')
    return text


def _from_project(path: Path) -> Path:
    """The path as it counts from the project's folder.

    Raises:
        ValueError: it begins with the home of somebody who has none.
    """
    try:
        return (PROJECT / path.expanduser()).resolve()
    except RuntimeError as error:
        raise ValueError(f"{path} tidak dikenal; tulis alamat folder yang lengkap") from error


_Folder = Annotated[Path, AfterValidator(_from_project)]


class Settings(BaseModel):
    """Everything the operator can set, by the field's name in capitals. Paths are absolute."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    bot_token: Annotated[SecretStr | None, BeforeValidator(_token)] = Field(
        None, description="token bot dari @BotFather"
    )
    admin_ids: Annotated[frozenset[int], BeforeValidator(_admins)] = Field(
        frozenset(), description="nomor Telegram para admin, dipisah koma"
    )
    database_url: Annotated[SecretStr, BeforeValidator(_database)] = Field(
        SecretStr(_SQLITE_EXAMPLE), description="alamat basis data: berkas SQLite, atau PostgreSQL"
    )
    sop_dir: _Folder = Field(Path("sop_data"), description="folder data kantor dan SOP")
    telegram_api_url: Annotated[str, BeforeValidator(_api)] = Field(
        "https://api.telegram.org", description="alamat Bot API, bagian sebelum /bot<token>/"
    )
    archive_dir: _Folder = Field(Path("data/arsip"), description="folder arsip berkas")
    log_format: Annotated[LogFormat, BeforeValidator(_format)] = Field(
        LogFormat.TEXT, description="bentuk catatan log: text atau json"
    )

    _warnings: tuple[str, ...] = PrivateAttr(())

    @property
    def warnings(self) -> tuple[str, ...]:
        """Names in `.env` that look misspelt, each with the likely setting."""
        return self._warnings

    @property
    def url(self) -> str:
        """The database's address, password included: for the store, never for a log."""
        return self.database_url.get_secret_value()

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, None for PostgreSQL."""
        return _sqlite_file(self.url)

    def require_token(self) -> str:
        """The bot's token.

        Raises:
            SettingsError: there is none; only commands that talk to Telegram need it.
        """
        if self.bot_token is None:
            raise SettingsError(
                [
                    "BOT_TOKEN belum diisi; buat bot pada @BotFather di Telegram, lalu tulis"
                    f" tokennya di berkas .env, misalnya BOT_TOKEN={_TOKEN_EXAMPLE}"
                ]
            )
        return self.bot_token.get_secret_value()

    def secrets(self) -> tuple[str, ...]:
        """What must not reach a log: the token, and the database's password."""
        token = self.bot_token.get_secret_value() if self.bot_token else None
        password = None if self.database_file else urlsplit(self.url).password
        return tuple(
            secret for secret in (token, password, unquote(password or "")) if secret is not None
        )

    def prepare_folders(self) -> None:
        """Make the folders of the database and the archive, for the owner only.

        An existing folder outside the project's `data` keeps its permissions.

        Raises:
            SettingsError: a folder cannot be made.
        """
        faults = []
        wanted = {"ARCHIVE_DIR": self.archive_dir}
        if self.database_file:
            wanted = {"DATABASE_URL": self.database_file.parent, **wanted}
        for name, folder in wanted.items():
            try:
                _make_private(folder)
            except OSError as error:
                faults.append(
                    f"{name}: folder {folder} tidak dapat dibuat ({error.strerror}); pilih folder"
                    " lain, atau beri izin menulis kepada pengguna yang menjalankan bot"
                )
        if faults:
            raise SettingsError(faults)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        # A backup holds a copy of the database and every file of the archive.
        file = self.database_file
        if file and file.is_relative_to(self.archive_dir):
            raise ValueError(
                "ARCHIVE_DIR tidak boleh memuat basis data; pilih folder tersendiri, misalnya"
                " data/arsip"
            )
        return self


def load_settings(
    environ: Mapping[str, str] | None = None, env_file: Path | None = PROJECT / ".env"
) -> Settings:
    """The settings of this environment (the process's own unless given) over `env_file`.

    An empty value counts as unset, a missing file as an empty one.

    Raises:
        SettingsError: something is wrong; it carries all faults at once.
    """
    faults: list[str] = []
    from_file = _read_env(env_file, faults) if env_file is not None else {}
    names = {field.upper(): field for field in Settings.model_fields}
    values: dict[str, Any] = {}
    for source in (from_file, os.environ if environ is None else environ):
        for name, value in source.items():
            field = names.get(name.upper())
            if field is not None and value and value.strip():
                values[field] = value.strip()
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise SettingsError(faults + [_in_words(one) for one in error.errors()]) from None
    if faults:
        raise SettingsError(faults)
    settings._warnings = tuple(_near_misses(from_file, names))
    return settings


def _read_env(env_file: Path, faults: list[str]) -> dict[str, str | None]:
    from dotenv.parser import parse_stream

    try:
        text = env_file.read_text(encoding="utf-8-sig")  # Windows editors put a mark in front
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        faults.append(f"{env_file}: bukan teks UTF-8; simpan ulang dengan pengodean UTF-8")
        return {}
    except OSError as error:
        faults.append(f"{env_file}: tidak terbaca ({error.strerror}); periksa izinnya")
        return {}
    found: dict[str, str | None] = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            faults.append(
                f"{env_file}:{binding.original.line}: baris tidak terbaca; tulis sebagai NAMA=isi"
            )
        elif binding.key is not None:
            found[binding.key] = binding.value
    return found


def _near_misses(found: Mapping[str, str | None], names: Mapping[str, str]) -> list[str]:
    unknown = (name for name in found if name.upper() not in names)
    likely = ((n, difflib.get_close_matches(n.upper(), names, n=1, cutoff=0.7)) for n in unknown)
    return [
        f"{name} di .env tidak dikenal dan tidak dipakai; mungkin maksudnya {close[0]}"
        for name, close in likely
        if close
    ]


def _in_words(error: Any) -> str:
    """One fault as a sentence: which setting, what is wrong, what would be right."""
    message = str(error.get("ctx", {}).get("error") or error["msg"])
    return ": ".join([*(str(place).upper() for place in error["loc"]), message])


def _is_person(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:20]) < _HIGHEST_ID


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None when it is none, a port that is no number included."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _sqlite_file(url: str) -> Path | None:
    """The file that an SQLite address names; None for one in memory or another database."""
    scheme, _, rest = url.partition("://")
    if scheme.partition("+")[0].lower() != "sqlite" or not rest.startswith("/"):
        return None
    name = rest[1:].partition("?")[0]
    if not name or name == ":memory:" or name.startswith("file:") or name.endswith("/"):
        return None
    return Path(name)


def _make_private(folder: Path) -> None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "sudah ada berkas dengan nama itu")
    data = PROJECT / "data"
    for place in (data, folder):
        if folder.is_relative_to(data) and _is_open_and_ours(place):
            place.chmod(0o700)


def _is_open_and_ours(folder: Path) -> bool:
    """Whether others may look into it although only its owner, who we are, should."""
    status = folder.stat()
    return os.name == "posix" and status.st_uid == os.geteuid() and bool(status.st_mode & 0o077)
