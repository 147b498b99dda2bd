"""The models of this machine: verified artefacts by version, and the aliases that serving follows.

``versions/N/`` are artefacts (:mod:`predictiondex.ml.artefact`). ``history.jsonl`` holds every move of an
alias and every verdict of the gate, a line each, and is only ever appended to; what an alias means now
follows from it, so that a kill or a full disk in the middle of a move leaves the alias where it was. All of
this is what serving reads; MLflow mirrors it (:mod:`predictiondex.ml.mlflow_integration`) and is never needed
to serve.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import UnionType
from typing import Any, Final

from predictiondex.durable import sync_folder
from predictiondex.errors import RegistryError
from predictiondex.locking import alone
from predictiondex.ml.artefact import DRAFT, Manifest, read_artefact, read_manifest, write_artefact

CHAMPION: Final = "champion"
CHALLENGER: Final = "challenger"
ALIASES: Final = (CHAMPION, CHALLENGER)
_LOCK_SECONDS: Final = 60.0
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
#: Says that an alias may be moved from wherever it is.
ANY: Final = "any"


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
            self._sweep()
            number = version or self._next()
            write_artefact(self._folder(number), model, replace(manifest, version=number), extra=extra)
        return number

    def versions(self) -> list[str]:
        """All versions, oldest first."""
        try:
            names = [path.name for path in (self.root / "versions").iterdir() if _NAME.fullmatch(path.name)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise RegistryError(f"{self.root} cannot be read: {error.strerror or error}.") from error
        return sorted(names, key=lambda name: (int(name) if name.isdecimal() else 1 << 62, name))

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
        """Alias -> version; the champion is no challenger, also where it was called so before.

        Raises :class:`~predictiondex.errors.RegistryError` for a damaged record.
        """
        found = self.named()
        if found.get(CHALLENGER) == found.get(CHAMPION):
            found.pop(CHALLENGER, None)
        return found

    def named(self) -> dict[str, str]:
        """Alias -> version as the record names them: a challenger also where it is the champion by now."""
        found: dict[str, str] = {}
        for line in self.history():
            if line["after"] is None:
                found.pop(line["alias"], None)
            else:
                found[line["alias"]] = line["after"]
        return found

    def set_alias(
        self,
        alias: str,
        version: str | None,
        *,
        reason: str,
        by: str,
        facts: Mapping[str, Any] | None = None,
        expected: str | None = ANY,
    ) -> None:
        """Move an alias to a version (``None``: take it away), verified first, and record why.

        ``expected``: the version that the alias has to mean until now. Raises
        :class:`~predictiondex.errors.ArtefactError` when the version is damaged and
        :class:`~predictiondex.errors.RegistryError` when the alias was moved by somebody else or the record
        cannot be written; the alias stays where it was.
        """
        if alias not in ALIASES:
            raise RegistryError(f"Unknown alias {alias!r}: one of {', '.join(ALIASES)}.")
        if version is not None:
            read_artefact(self.path(version))
        with self._locked():
            before = self.named().get(alias)
            if expected not in (ANY, before):
                raise RegistryError(f"The {alias} is now {before}, no longer {expected}: decide again.")
            self._append(alias, before, version, reason, by, facts)

    def note(self, version: str, *, reason: str, by: str, facts: Mapping[str, Any] | None = None) -> None:
        """Record something about a version that moves no alias, such as a refusal."""
        with self._locked():
            champion = self.aliases().get(CHAMPION)
            self._append(CHAMPION, champion, champion, reason, by, {**(facts or {}), "version": version})

    def champion(self) -> Path | None:
        """Folder of the champion, or ``None`` where there is none yet."""
        version = self.aliases().get(CHAMPION)
        return self.path(version) if version is not None else None

    def history(self) -> list[dict[str, Any]]:
        """Every line of the record, oldest first: time, alias, before, after, reason, by, facts.

        A line cut short at the end (a program was killed) never took effect and is left out. Raises
        :class:`~predictiondex.errors.RegistryError` when another line is damaged.
        """
        lines = []
        for at, line in enumerate(self._read().split(b"\n")[:-1], start=1):
            try:
                lines.append(_line(json.loads(line)))
            except (ValueError, TypeError, KeyError) as error:
                raise RegistryError(f"{self._record}, line {at}, is damaged: mend or remove it.") from error
        return lines

    def moves(self, alias: str) -> list[dict[str, Any]]:
        """The lines of the record that moved an alias, oldest first."""
        return [line for line in self._moves() if line["alias"] == alias]

    def _moves(self) -> list[dict[str, Any]]:
        return [line for line in self.history() if line["before"] != line["after"]]

    def fingerprint(self) -> str:
        """Changes whenever an alias moves, there and back again as well; cheap, for servers that watch.

        A server may have read what was there in between. Raises nothing.
        """
        try:
            moves = self._moves()
            return json.dumps([len(moves), moves[-1:]], sort_keys=True)
        except RegistryError:
            return "damaged"

    # --- inner workings -----------------------------------------------------------------------------------

    @property
    def _record(self) -> Path:
        return self.root / "history.jsonl"

    def _folder(self, version: str) -> Path:
        if not _NAME.fullmatch(version):
            raise RegistryError(f"{version!r} is no version of a model.")
        return self.root / "versions" / version

    def _next(self) -> str:
        """The next number; one that was ever used is not used again."""
        used = [*self.versions(), *(str(line["after"]) for line in self.history())]
        return str(max((int(one) for one in used if one.isdecimal()), default=0) + 1)

    def _sweep(self) -> None:
        """Remove what a killed program left unfinished."""
        for draft in (self.root / "versions").glob(f"{DRAFT}*"):
            shutil.rmtree(draft, ignore_errors=True)

    def _read(self) -> bytes:
        try:
            return self._record.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise RegistryError(f"{self._record} cannot be read: {error.strerror or error}.") from error

    def _append(
        self,
        alias: str,
        before: str | None,
        after: str | None,
        reason: str,
        by: str,
        facts: Mapping[str, Any] | None,
    ) -> None:
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "alias": alias,
            "before": before,
            "after": after,
            "reason": reason,
            "by": by,
            "facts": dict(facts or {}),
        }
        content = json.dumps(line, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        whole = self._read().rfind(b"\n") + 1  # what follows was cut short by a kill
        try:
            with self._record.open("ab") as file:
                try:
                    file.truncate(whole)
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                    if not whole:  # it may just have been made
                        sync_folder(self.root)
                except OSError:
                    with suppress(OSError):
                        os.truncate(self._record, whole)
                    raise
        except OSError as error:
            raise RegistryError(f"{self._record} cannot be written: {error.strerror or error}.") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        held = RegistryError(f"Another program keeps {self.root} locked.")
        with ExitStack() as stack:
            try:
                self.root.mkdir(parents=True, exist_ok=True)
                stack.enter_context(alone(self.root / ".lock", seconds=_LOCK_SECONDS, otherwise=held))
            except OSError as error:
                raise RegistryError(f"{self.root} cannot be written: {error.strerror or error}.") from error
            yield


def _line(content: Any) -> dict[str, Any]:
    """A line of the record, if it is one: others read what is in it without asking."""
    kinds: dict[str, type | UnionType] = {
        "time": str, "alias": str, "before": str | None, "after": str | None,
        "reason": str, "by": str, "facts": dict,
    }  # fmt: skip
    if not all(isinstance(content[name], kind) for name, kind in kinds.items()):
        raise TypeError("another type")
    return dict(content)
