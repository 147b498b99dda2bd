"""What a release needs: ``python3 pdx.py release check TAG`` and ``release publish``; docs/RELEASING.md.

    python3 pdx.py release check v0.2.0                      tag, version, changelog and deploy/ agree
    python3 pdx.py release publish --registry ghcr.io/OWNER/predictiondex --dry-run

``publish`` tags the five images that are there with the version and pushes them. It builds none: what was
tried is what is published. One that is missing, or of another commit, is refused. A password is read from the
variable that ``--password-env`` names and goes to Docker by its standard input.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from predictiondex import __version__
from predictiondex.stack.images import IMAGES, outdated

ROOT = Path(__file__).resolve().parents[1]
#: What the images are called where they are built.
PREFIX = "predictiondex"
CHANGELOG = ROOT / "CHANGELOG.md"
#: Where a cluster is told which images to take.
DEPLOYED = ROOT / "deploy" / "kubernetes" / "overlays" / "production" / "kustomization.yaml"
SEMANTIC = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?")


def objections(tag: str, changelog: str, deployed: str) -> list[str]:
    """Why ``tag`` cannot be released; empty: it can."""
    found = []
    if not SEMANTIC.fullmatch(__version__):
        found.append(f"{__version__} is no semantic version.")
    if tag != f"v{__version__}":
        found.append(f"The tag is {tag}, the version in src/predictiondex/__init__.py is {__version__}.")
    if not re.search(rf"^## {re.escape(__version__)} - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        found.append(f"CHANGELOG.md has no section '## {__version__} - DATE'.")
    tags = re.findall(r"name: predictiondex/(\w+), .*newTag: ([^\s,}]+)", deployed)
    if dict(tags) != dict.fromkeys(IMAGES, __version__):
        told = ", ".join(f"{image}:{one}" for image, one in tags)
        found.append(f"{DEPLOYED.relative_to(ROOT)} takes {told or 'no images'}, not {__version__} of each.")
    return found


def publishing(registry: str) -> list[list[str]]:
    """The Docker commands that tag and push what was built."""
    steps = []
    for image in IMAGES:
        for tag in (__version__, "latest"):
            target = f"{registry.lower()}/{image}:{tag}"
            steps.append(["docker", "tag", f"{PREFIX}/{image}:latest", target])
            steps.append(["docker", "push", target])
    return steps


def publish(registry: str, user: str | None, password: str | None, *, dry_run: bool) -> int:
    """Log in, tag, push; the first exit code that is not 0."""
    steps = publishing(registry)
    if user:
        steps.insert(0, ["docker", "login", registry.split("/")[0], "--username", user, "--password-stdin"])
    if not dry_run and (others := outdated(ROOT, PREFIX, "latest")):
        told = ", ".join(f"{PREFIX}/{name}:latest" for name in others)
        print(f"Missing, or of another commit: {told}. Build and try them: python3 pdx.py stack start")
        return 1
    for step in steps:
        print("$ " + " ".join(step), flush=True)
        if dry_run:
            continue
        secret = password if "--password-stdin" in step else None
        code = subprocess.run(step, cwd=ROOT, input=secret, text=True, check=False).returncode
        if code:
            return code
    return 0


def main() -> int:
    """Command line of this script."""
    parser = argparse.ArgumentParser(
        prog="pdx.py release", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    actions = parser.add_subparsers(dest="action", required=True)
    checking = actions.add_parser("check", help="tag, version, changelog and deploy/ agree")
    checking.add_argument("tag")
    pushing = actions.add_parser("publish", help="tag and push the images that are there")
    pushing.add_argument("--registry", required=True, help="such as ghcr.io/OWNER/predictiondex")
    pushing.add_argument("--user", help="log in as")
    pushing.add_argument("--password-env", metavar="NAME", help="variable that holds the password")
    pushing.add_argument("--dry-run", action="store_true", help="say what would be run")
    arguments = parser.parse_args()
    if arguments.action == "check":
        texts = [path.read_text(encoding="utf-8") for path in (CHANGELOG, DEPLOYED)]
        found = objections(arguments.tag, *texts)
        print("\n".join(found) or f"{arguments.tag} can be released.")
        return 1 if found else 0
    password = os.environ.get(arguments.password_env or "")
    if arguments.user and not password:
        parser.error("--user needs --password-env with the name of a variable that is set")
    return publish(arguments.registry, arguments.user, password, dry_run=arguments.dry_run)


if __name__ == "__main__":
    sys.exit(main())
