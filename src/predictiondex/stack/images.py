"""Building the five images, with the package index and certificates that this machine uses.

What pip is configured with here reaches the build as BuildKit secrets: mounted while packages are installed,
in no layer and no file of the project.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from predictiondex import __version__
from predictiondex.errors import StartError
from predictiondex.stack.compose import last_line, meaning

#: Image -> Dockerfile's ending. The first one makes the layers that most others share.
IMAGES: Final = ("api", "etl", "streamlit", "mlflow", "ml")
#: Builds at a time: the second downloads while the first compiles.
_AT_ONCE: Final = 2
_CERTIFICATES: Final = "/etc/ssl/certs/ca-certificates.crt"
#: Free space that a first build needs, bytes.
NEEDED: Final = 8 * 1024**3

#: Label of images that were built where no commit could be told.
UNKNOWN: Final = "unknown"

Tell = Callable[[str], None]


def build(root: Path, *, prefix: str, tag: str, logs: Path, tell: Tell) -> dict[str, float]:
    """Build every image; seconds by image.

    Raises :class:`StartError` with the end of the log of the first build that fails.
    """
    logs.mkdir(parents=True, exist_ok=True)
    with secrets() as flags:
        labels = [f"--build-arg=VERSION={__version__}", f"--build-arg=REVISION={revision(root)}"]

        def one(name: str) -> float:
            started = time.monotonic()
            tell(f"Building {prefix}/{name}:{tag}")
            command = ["docker", "build", "--progress=plain", *flags, *labels]
            command += [f"--file=docker/Dockerfile.{name}", f"--tag={prefix}/{name}:{tag}", "."]
            _logged(command, root, logs / f"build-{name}.log", name)
            return time.monotonic() - started

        first, *others = IMAGES
        seconds = {first: one(first)}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            seconds |= dict(zip(others, pool.map(one, others), strict=True))
    return seconds


def sizes(prefix: str, tag: str) -> dict[str, int]:
    """Bytes of each image there is."""
    found = {}
    for name in IMAGES:
        asked = subprocess.run(  # noqa: S603
            ["docker", "image", "inspect", f"{prefix}/{name}:{tag}", "--format", "{{.Size}}"],  # noqa: S607
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        if asked.returncode == 0:
            found[name] = int(asked.stdout)
    return found


def outdated(root: Path, prefix: str, tag: str) -> list[str]:
    """Images that are missing, or were made of another commit than the one that is checked out."""
    here = revision(root)
    form = '{{index .Config.Labels "org.opencontainers.image.revision"}}'
    found = []
    for name in IMAGES:
        asked = subprocess.run(  # noqa: S603
            ["docker", "image", "inspect", f"{prefix}/{name}:{tag}", "--format", form],  # noqa: S607
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        made_of = asked.stdout.strip()
        if asked.returncode or (made_of != here and UNKNOWN not in (made_of, here)):
            found.append(name)
    return found


def revision(root: Path) -> str:
    """The commit that is checked out; :data:`UNKNOWN` where that cannot be told."""
    try:
        asked = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607
            cwd=root, check=False, capture_output=True, text=True,
        )  # fmt: skip
    except OSError:
        return UNKNOWN
    return asked.stdout.strip() or UNKNOWN


@contextmanager
def secrets() -> Iterator[list[str]]:
    """Flags of `docker build` for what this machine's pip needs; the files last as long as the block."""
    options = pip_options()
    with tempfile.TemporaryDirectory(prefix="pdx-build-") as name:
        folder = Path(name)  # readable by this user alone
        flags = []
        for file, content in {"pip.conf": pip_conf(options), "uv.toml": uv_toml(options)}.items():
            if content:
                (folder / file).write_text(content, encoding="utf-8")
                flags.append(f"--secret=id={file},src={folder / file}")
        if "cert" in options:
            flags.append(f"--secret=id=certificates,src={options['cert']}")
        yield flags


def pip_options() -> dict[str, str]:
    """What pip is configured with here, by option; files and folders of this machine left out.

    An index that lies on this machine cannot be reached from a build.
    """
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True
    )
    options: dict[str, str] = {}
    for section in ("global.", "install.", ":env:."):  # pip's order: the last one counts
        for line in listing.stdout.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(section):
                options[key.removeprefix(section)] = " ".join(str(ast.literal_eval(value)).split())
    if "SSL_CERT_FILE" in os.environ:
        options.setdefault("cert", os.environ["SSL_CERT_FILE"])
    kept = {}
    for name in ("index-url", "extra-index-url", "trusted-host"):
        reachable = [one for one in options.get(name, "").split() if not one.startswith(("file:", "/", "."))]
        if reachable:
            kept[name] = " ".join(reachable)
    if Path(options.get("cert", "")).is_file():
        kept["cert"] = options["cert"]
    return kept


def pip_conf(options: Mapping[str, str]) -> str:
    """pip's file for the build; empty where pip needs none."""
    lines = [f"{name} = {value}" for name, value in options.items() if name != "cert"]
    if "cert" in options:
        lines.append(f"cert = {_CERTIFICATES}")
    return "\n".join(["[global]", *lines, ""]) if lines else ""


def uv_toml(options: Mapping[str, str]) -> str:
    """uv's file for the build; empty where uv needs none."""
    lines = []
    if "cert" in options:
        lines.append("native-tls = true")
    if hosts := options.get("trusted-host", "").split():
        lines.append(f"allow-insecure-host = [{', '.join(map(_quoted, hosts))}]")
    extra = options.get("extra-index-url", "").split()
    if extra:
        # As pip does: the hashes, not the order of the indexes, decide which file is right.
        lines.append('index-strategy = "unsafe-best-match"')
    for url in extra:
        lines += ["", "[[index]]", f"url = {_quoted(url)}"]
    if "index-url" in options:
        lines += ["", "[[index]]", f"url = {_quoted(options['index-url'])}", "default = true"]
    return "\n".join([*lines, ""]) if lines else ""


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _logged(command: list[str], folder: Path, log: Path, name: str) -> None:
    """Run a build with its output in ``log``."""
    environment = {**os.environ, "DOCKER_BUILDKIT": "1"}
    with log.open("wb") as file:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, env=environment, check=False, stdin=subprocess.DEVNULL, stdout=file,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    if done.returncode:
        told = log.read_text(encoding="utf-8", errors="replace")
        tail = "\n".join(told.splitlines()[-15:])
        why = meaning(told) or last_line(told)
        raise StartError(f"The image {name!r} cannot be built: {why}\n{tail}\nThe whole log: {log}")
