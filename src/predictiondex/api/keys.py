"""API keys: made at random, kept as hashes in a file, seen by running services without a restart.

A key is ``pdx_``, eight characters that find it, and 256 random bits: ``pdx_3f9a01bc_...``. The file knows
only the SHA-256 of the whole; for 256 random bits that is as good as a slow hash.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal, get_args

from predictiondex.durable import write_whole
from predictiondex.errors import StartError, UsageError
from predictiondex.locking import alone
from predictiondex.settings import Settings, on_loopback

logger = logging.getLogger("predictiondex.api")

Scope = Literal["predict", "admin"]
SCOPES: Final = get_args(Scope)

#: A key of the environment must be as hard to guess as one of ours.
SHORTEST: Final = 32
#: A secret has at least so many different characters, and none of these words.
_DISTINCT: Final = 8
_COMMON: Final = ("password", "changeme", "change-me", "change_me", "secret", "admin", "postgres", "example")
#: How long a look at the file is believed.
_LOOK_SECONDS: Final = 0.5
_LOCK_SECONDS: Final = 10.0
_ID: Final = re.compile(r"[0-9a-f]{8}")
_KEY: Final = re.compile(rf"pdx_({_ID.pattern})_[A-Za-z0-9_-]{{43}}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
#: Predictions are logged under it: the spool, and every database, must be able to hold it.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}")
_NAMES: Final = "up to 80 letters, digits, spaces, '.', '_' or '-'"


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key. ``limit``: requests it may make, such as ``100/second``; empty: as all."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    sha256: str
    created: str
    limit: str = ""
    revoked: str | None = None

    def may(self, scope: Scope) -> bool:
        """Whether it has a scope; ``admin`` may do everything."""
        return scope in self.scopes or "admin" in self.scopes


def read(path: Path) -> list[Key]:
    """All keys of a file, revoked ones included; none where there is no file.

    Raises :class:`~predictiondex.errors.StartError` for a file that is not what it should be, which names the
    key and the field at fault.
    """
    try:
        rows: list[Any] = json.loads(path.read_bytes())["keys"]
        keys = [_key(number, row) for number, row in enumerate(rows, 1)]
        _demand_different(keys)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StartError(f"The keys in {path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise StartError(f"{path} is no file of keys ({error}): mend it, or make new keys.") from error
    return keys


def _demand_different(keys: Iterable[Key]) -> None:
    """Raise ``ValueError`` where two keys have one id: the first of them would let nobody in."""
    known: set[str] = set()
    for key in keys:
        if key.id in known:
            raise ValueError(f"key {key.id}, id: another key has it as well")
        known.add(key.id)


def _key(number: int, row: Any) -> Key:
    """One key of a file. Raises ``ValueError``, with what is wrong, for anything else."""
    if not isinstance(row, dict):
        raise ValueError(f"key number {number}: not an object")  # noqa: TRY004 - whoever reads a file knows one
    wrong = next(_faults(row), None)
    if wrong is not None:
        who = row["id"] if _fits(_ID, row.get("id")) else f"number {number}"
        raise ValueError(f"key {who}, {wrong}")
    return Key(**{**row, "scopes": tuple(row["scopes"]), "limit": row.get("limit") or ""})


def _faults(row: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the fields of a key; of a hash not what it is."""
    unknown = sorted(row.keys() - Key.__dataclass_fields__.keys())
    yield from (f"{name[:40]!r}: no such field" for name in unknown)
    texts = ("id", "name", "created")
    yield from (f"{name}: not a text" for name in texts if not isinstance(row.get(name), str))
    if not _fits(_ID, row.get("id")):
        yield "id: not eight hexadecimal digits"
    if not _fits(_NAME, row.get("name")):
        yield f"name: not {_NAMES}"
    scopes = row.get("scopes")
    if not isinstance(scopes, list) or not all(one in SCOPES for one in scopes):
        yield f"scopes: not a list of {' and '.join(SCOPES)}"
    if not _fits(_HASH, row.get("sha256")):
        yield "sha256: not a hash"
    if not isinstance(row.get("revoked"), str | None):
        yield "revoked: neither a time nor null"
    if row.get("limit"):
        yield from _faults_of_limit(row["limit"])


def _fits(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _faults_of_limit(limit: object) -> Iterator[str]:
    from predictiondex.api.ratelimits import limit_of  # takes a quarter of a second, and few keys have one

    try:
        limit_of(str(limit))
    except StartError as error:
        yield f"limit: {error.message.rstrip('.')}"


class Keys:
    """The file of keys, for changing it; where a link leads there, that stays one."""

    def __init__(self, path: Path) -> None:
        self._path = Path(os.path.realpath(path))

    def create(self, name: str, scopes: Iterable[Scope], limit: str = "") -> tuple[str, Key]:
        """A new key, which is told only now, and what is kept of it. Several may have the same name.

        Raises :class:`~predictiondex.errors.UsageError` for a name that cannot be.
        """
        if not _fits(_NAME, name):
            raise UsageError(f"A name has {_NAMES}.", field="NAME")
        with self._changing() as keys:
            taken = {key.id for key in keys}
            id_ = next(one for one in iter(lambda: secrets.token_hex(4), "") if one not in taken)
            text = f"pdx_{id_}_{secrets.token_urlsafe(32)}"
            key = Key(id_, name, tuple(scopes), digest(text), _now(), limit)
            keys.append(key)
        return text, key

    def revoke(self, name: str) -> list[Key]:
        """End every key of this id or name; those that were ended. Running services follow at once."""
        with self._changing() as keys:
            ended = [key for key in keys if name in (key.id, key.name) and key.revoked is None]
            for key in ended:
                keys[keys.index(key)] = replace(key, revoked=_now())
        return ended

    @contextlib.contextmanager
    def _changing(self) -> Any:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        held = StartError(f"Another program keeps {self._path} locked: try again.")
        with alone(Path(f"{self._path}.lock"), seconds=_LOCK_SECONDS, otherwise=held):
            keys = read(self._path)
            yield keys
            content = json.dumps({"keys": [asdict(key) for key in keys]}, indent=1)
            # Durable, or a power cut brings a revoked key back.
            write_whole(self._path, content.encode(), private=True, prepare=self._hand_over)

    def _hand_over(self, file: int) -> None:
        """Have root's new file belong to whom the old one does, or the folder: others could not read it."""
        if os.name == "nt" or os.geteuid() != 0:
            return
        before = self._path if self._path.exists() else self._path.parent
        owner = before.stat()
        os.fchown(file, owner.st_uid, owner.st_gid)
        # Whoever owns the folder may put a link there: what that leads to is not given away.
        os.chown(f"{self._path}.lock", owner.st_uid, owner.st_gid, follow_symlinks=False)


def common(text: str) -> bool:
    """Whether a secret holds a word that stands in examples until somebody changes it."""
    return any(word in text.lower() for word in _COMMON)


def guessable(text: str) -> bool:
    """Whether a secret is an example's, or nearly all alike."""
    return common(text) or len(set(text)) < _DISTINCT


def digest(text: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(text.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass
class KeyRing:
    """The keys as a service knows them; it looks at the file again when that has changed.

    A file that cannot be read leaves the keys as they were, and an error in the log. Raises
    :class:`~predictiondex.errors.StartError` when the first look fails, unless it is ``patient``: then it
    knows no key of the file until that can be read.
    """

    path: Path
    #: One more key, of the environment.
    extra: str = ""
    patient: bool = False
    _keys: dict[str, Key] = field(default_factory=dict)
    _stamp: tuple[int, ...] = ()
    _looked: float = float("-inf")
    _told: str = ""
    _read: bool = False
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        if self.extra and (len(self.extra) < SHORTEST or guessable(self.extra)):
            raise StartError(f"PDX_API_KEY must have at least {SHORTEST} characters, at random.")
        self._environment = Key(
            "00000000", "environment", SCOPES, digest(self.extra or secrets.token_hex()), _now()
        )
        self._stamp = self._present_stamp()
        try:
            self._take(read(self.path))
        except StartError as error:
            if not self.patient:
                raise
            self._missed(error)
        self._looked = time.monotonic()

    def __bool__(self) -> bool:
        """Whether anybody could come in."""
        return bool(self.extra or self._keys)

    @property
    def known(self) -> bool:
        """Whether the keys of the file are known: not where it could not be read since the beginning."""
        self._look()
        return self._read

    def find(self, text: str) -> Key | None:
        """The key that a caller shows; ``None`` for one that is unknown or revoked.

        The time it takes tells nothing about the keys: one hash and two comparisons, whatever is shown.
        """
        self._look()
        shown = digest(text)
        match = _KEY.fullmatch(text)
        known = self._keys.get(match[1]) if match else None
        right = hmac.compare_digest(shown, known.sha256 if known else _NOBODY)
        environment = hmac.compare_digest(shown, self._environment.sha256)
        if environment and self.extra:
            return self._environment
        return known if right else None

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return
        with self._lock:
            self._looked = now
            stamp = self._present_stamp()
            if stamp == self._stamp:
                return
            self._stamp = stamp
            try:
                self._take(read(self.path))
            except StartError as error:
                self._missed(error)
            else:
                logger.info("API keys read", extra={"keys": len(self._keys)})

    def _missed(self, error: StartError) -> None:
        """The file could not be read: say so, once for each reason."""
        if isinstance(error.__cause__, OSError):
            self._stamp = _ANOTHER  # what hinders may go without a trace in the file
        if error.message != self._told:
            self._told = error.message
            what = "stay as they were" if self._read else "cannot be read: who shows one is put off"
            logger.error("the API keys %s", what, extra={"reason": error.message})

    def _take(self, keys: Iterable[Key]) -> None:
        self._keys = {key.id: key for key in keys if key.revoked is None}
        self._told, self._read = "", True

    def _present_stamp(self) -> tuple[int, ...]:
        try:
            found = self.path.stat()
        except OSError:
            return ()
        # When its rights changed, too: one that could not be read may be readable now.
        return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


#: What :meth:`KeyRing._present_stamp` says of no file.
_ANOTHER: Final = (-1,)
#: Compared with when no key has the id that is shown.
_NOBODY: Final = "0" * 64


def required(settings: Settings) -> bool:
    """Whether requests need a key."""
    return settings.auth == "on" or not on_loopback(settings.host)


def demand(settings: Settings) -> None:
    """Refuse to start a service that everybody could reach and nobody may use, or the other way round.

    Raises :class:`~predictiondex.errors.StartError`.
    """
    ring = KeyRing(settings.keys_file, settings.api_key)
    if required(settings) and not ring:
        where = "" if on_loopback(settings.host) else f" on {settings.host}"
        raise StartError(
            f"Listening{where} needs API keys, and there are none: make one with `predictiondex keys create "
            "NAME`, or set PDX_API_KEY."
        )
