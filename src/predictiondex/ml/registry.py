"""The models of this machine: verified artefacts by version, and the aliases that serving follows.

``versions/N/`` are artefacts (:mod:`predictiondex.ml.artefact`), ``aliases.json`` says which version each
alias means, ``history.jsonl`` tells every move of an alias and why. All of it is what serving reads; MLflow
mirrors it (:mod:`predictiondex.ml.mlflow_integration`) and is never needed to serve.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from predictiondex.errors import RegistryError
from predictiondex.ml.artefact import Manifest, read_artefact, read_manifest, write_artefact

CHAMPION: Final = "champion"
CHALLENGER: Final = "challenger"
ALIASES: Final = (CHAMPION, CHALLENGER)
_LOCK_SECONDS: Final = 60.0


class Registry:
    """The registry in a folder; several processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    # --- versions -----------------------------------------------------------------------------------------

    def add(
        self, model: bytes, manifest: Manifest, *, extra: Mapping[str, bytes] | None = None, version: str = ""
    ) -> str:
        """Register a model; returns its version: the one given, else the next number.

        Raises :class:`~predictiondex.errors.ArtefactError` when it cannot be written; nothing is left then.
        """
        with self._locked():
            number = version or str(
                max((int(one) for one in self.versions() if one.isdigit()), default=0) + 1
            )
            write_artefact(self._folder(number), model, replace(manifest, version=number), extra=extra)
        return number

    def versions(self) -> list[str]:
        """All versions, oldest first."""
        try:
            names = [
                path.name for path in (self.root / "versions").iterdir() if not path.name.startswith(".")
            ]
        except FileNotFoundError:
            return []
        return sorted(names, key=lambda name: (int(name) if name.isdigit() else 1 << 62, name))

    def path(self, version: str) -> Path:
        """Folder of a version. Raises :class:`~predictiondex.errors.RegistryError` for an unknown one."""
        folder = self._folder(version)
        if not folder.is_dir():
            known = ", ".join(self.versions()) or "none yet"
            raise RegistryError(f"There is no model version {version!r} (there are: {known}).")
        return folder

    def manifest(self, version: str) -> Manifest:
        """Manifest of a version."""
        return read_manifest(self.path(version))

    # --- aliases ------------------------------------------------------------------------------------------

    def aliases(self) -> dict[str, str]:
        """Alias -> version. Raises :class:`~predictiondex.errors.RegistryError` when the file is damaged."""
        try:
            aliases = json.loads(self._aliases.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise RegistryError(f"{self._aliases} cannot be read: {error}.") from error
        if not isinstance(aliases, dict) or not all(isinstance(one, str) for one in aliases.values()):
            raise RegistryError(f"{self._aliases} does not name versions.")
        return aliases

    def set_alias(
        self, alias: str, version: str | None, *, reason: str, by: str, facts: Mapping[str, Any] | None = None
    ) -> None:
        """Move an alias to a version (``None``: take it away), verified first, and record why.

        Raises :class:`~predictiondex.errors.ArtefactError` when the version is damaged: the alias stays.
        """
        if alias not in ALIASES:
            raise RegistryError(f"Unknown alias {alias!r}: one of {', '.join(ALIASES)}.")
        if version is not None:
            read_artefact(self.path(version))
        with self._locked():
            aliases = self.aliases()
            before = aliases.pop(alias, None)
            if version is not None:
                aliases[alias] = version
            self._record(alias, before, version, reason, by, facts)
            self._replace(json.dumps(aliases, indent=1).encode())

    def champion(self) -> Path | None:
        """Folder of the champion, or ``None`` where there is none yet."""
        version = self.aliases().get(CHAMPION)
        return self.path(version) if version is not None else None

    def history(self) -> list[dict[str, Any]]:
        """Every move of an alias, oldest first: time, alias, before, after, reason, by, facts."""
        try:
            lines = (self.root / "history.jsonl").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines if line.strip()]

    def fingerprint(self) -> str:
        """Changes whenever an alias moves; costs one look at a file, for servers that watch."""
        try:
            stat = self._aliases.stat()
        except OSError:
            return ""
        return f"{stat.st_ino}-{stat.st_mtime_ns}-{stat.st_size}"

    # --- inner workings -----------------------------------------------------------------------------------

    @property
    def _aliases(self) -> Path:
        return self.root / "aliases.json"

    def _folder(self, version: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", version):
            raise RegistryError(f"{version!r} is no version of a model.")
        return self.root / "versions" / version

    def _record(
        self,
        alias: str,
        before: str | None,
        after: str | None,
        reason: str,
        by: str,
        facts: Mapping[str, Any] | None,
    ) -> None:
        line = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "alias": alias,
            "before": before,
            "after": after,
            "reason": reason,
            "by": by,
            "facts": dict(facts or {}),
        }
        with (self.root / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _replace(self, content: bytes) -> None:
        fresh = self.root / f".aliases.{os.getpid()}"
        try:
            with fresh.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._aliases)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise RegistryError(f"{self._aliases} cannot be written: {error.strerror or error}.") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = FileLock(self.root / ".lock", timeout=_LOCK_SECONDS)
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise RegistryError(f"Another program keeps {self.root} locked.") from error
        except OSError as error:
            raise RegistryError(f"{self.root} cannot be written: {error.strerror or error}.") from error
        try:
            yield
        finally:
            lock.release()
