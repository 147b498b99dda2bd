"""No secret in any commit, and nothing that runs what a file says: pickle, eval, exec and their kin."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest
import yaml

from scripts import find_secrets

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "scripts").rglob("*.py"), *ROOT.glob("*.py")])
#: Modules that run code while they read data.
READS_CODE = {
    "pickle",
    "cPickle",
    "_pickle",
    "dill",
    "cloudpickle",
    "joblib",
    "marshal",
    "shelve",
    "jsonpickle",
}
#: The mutation check compiles trees of our own source, changed by itself; nothing of it is in the package.
MEANT = {("mutants.py", "compile")}
#: Calls that run text as a program, or read data in such a way.
RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
DANGEROUS = {("yaml", "load"), ("os", "system"), ("os", "popen"), ("numpy", "load"), ("np", "load")}


@pytest.mark.slow
def test_no_commit_ever_held_a_secret() -> None:
    assert find_secrets.in_history() == []


def test_a_secret_that_was_committed_and_removed_is_found(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    file = tmp_path / "settings.txt"
    for text in ("nothing", "key = " + "AKIA" + "QYLPMN5HHHFPZAM2", "nothing again"):
        file.write_text(text + "\n")
        git("add", "-A")
        git("commit", "-qm", "x")
    assert find_secrets.in_history(tmp_path) == ["settings.txt:2: AWS Access Key"]


def test_pre_commit_looks_for_secrets() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0][
        "hooks"
    ]
    assert any("detect-secrets-hook --baseline .secrets.baseline" in hook["entry"] for hook in hooks)


def dangers(path: Path) -> list[str]:
    """What in a module could run what it reads."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [
                alias.name.split(".")[0] for alias in node.names if alias.name.split(".")[0] in READS_CODE
            ]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module] if (node.module or "").split(".")[0] in READS_CODE else []
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names = [node.func.id] if node.func.id in RUNS_TEXT else []
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names = [node.attr] if (node.value.id, node.attr) in DANGEROUS else []
        if isinstance(node, ast.keyword) and node.arg in {"shell", "allow_pickle"}:
            names = [node.arg] if ast.unparse(node.value) != "False" else []
        found += [f"{name} in line {getattr(node, 'lineno', '?')}" for name in names if name]
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_runs_what_it_reads(path: Path) -> None:
    found = [danger for danger in dangers(path) if (path.name, danger.split()[0]) not in MEANT]
    assert found == []


@pytest.mark.parametrize(
    "text",
    ["import pickle", "from joblib import load", "eval('1')", "import yaml\nyaml.load(x)",
     "import os\nos.system('x')", "run('x', shell=True)", "np.load(x, allow_pickle=True)"],
)  # fmt: skip
def test_what_would_is_noticed(text: str, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(text)
    assert dangers(module)


def test_no_model_or_data_file_is_a_pickle() -> None:
    known = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    paths = [ROOT / name for name in known.decode().split("\0") if name]
    assert [path for path in paths if path.suffix in {".pkl", ".pickle", ".joblib", ".npy", ".pt"}] == []
    assert [path for path in paths if path.suffix in {".pem", ".key", ".crt", ".p12", ".env"}] == []
