"""API keys at their edges: what the mutation check found untested (docs/CI_CD_SETUP.md)."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from pydantic import ValidationError

from predictiondex.api import keys
from predictiondex.api.keys import SHORTEST, KeyRing, Keys
from predictiondex.errors import StartError
from predictiondex.settings import Settings

#: Names that `keys create` gives no key; under most of them no spool or no database keeps a prediction.
UNFIT = ("", "x" * 81, "nul\x00", "a\tb", "a\nb", "page\n", "\ud800", "Évoli")


def rows(path: Path) -> list[dict[str, Any]]:
    """What the file of keys holds."""
    return list(json.loads(path.read_bytes())["keys"])


def test_the_folder_of_the_keys_is_made_and_may_be_there_already(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "below" / "keys.json"
    for name in ("first", "second"):
        Keys(path).create(name, ["predict"])
    assert [row["name"] for row in rows(path)] == ["first", "second"]


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "keys.json").mkdir()
    with pytest.raises(StartError, match=r"cannot be read: Is a directory"):
        KeyRing(tmp_path / "keys.json")


@pytest.mark.parametrize(
    ("field", "value"), [("scopes", ["predict", "everything"]), ("sha256", "0" * 63), ("sha256", "G" * 64)]
)
def test_a_key_with_an_unknown_scope_or_no_hash_is_refused(tmp_path: Path, field: str, value: object) -> None:
    path = tmp_path / "keys.json"
    Keys(path).create("page", ["predict"])
    path.write_text(json.dumps({"keys": [{**rows(path)[0], field: value}]}))
    with pytest.raises(StartError, match=r"no file of keys"):
        KeyRing(path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"limit": "often"}, "limit: 'often' is no rate limit: write one such as 100/second"),
        ({"limit": "0/second"}, "limit: '0/second' allows nothing"),
        ({"limit": "1/second;2/hour"}, "limit: '1/second;2/hour' is more than one rate limit"),
        ({"limit": 7}, "limit: '7' is no rate limit"),
        ({"limit": {"a": 1}}, "limit: "),
        ({"limit": f"1/{'9' * 400} years"}, "limit: '1/99"),  # more seconds than a number holds
        ({"name": 7}, "name: not a text"),
        *(({"name": name}, "name: not up to 80 letters, digits") for name in UNFIT),
        ({"created": None}, "created: not a text"),
        ({"revoked": 0}, "revoked: neither a time nor null"),
        ({"scopes": "predict"}, "scopes: not a list of predict and admin"),
        ({"scopes": [["predict"]]}, "scopes: not a list of predict and admin"),
        ({"sha256": None}, "sha256: not a hash"),
        ({"role": "admin"}, "'role': no such field"),
    ],
)
def test_a_wrong_field_of_a_key_is_named_when_the_file_is_read(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    path = tmp_path / "keys.json"
    Keys(path).create("one", ["predict"])
    _, key = Keys(path).create("page", ["predict"])
    one, page = rows(path)
    path.write_text(json.dumps({"keys": [one, {**page, **change}]}))
    with pytest.raises(StartError) as refused:
        KeyRing(path)
    assert f"{path} is no file of keys (key {key.id}, {told}" in refused.value.message


def test_a_key_without_an_id_is_named_by_its_place(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    for name in ("one", "page"):
        Keys(path).create(name, ["predict"])
    one, page = rows(path)
    nameless = {**page, "id": {}}
    unfit = "key number 2, id: not eight hexadecimal digits"
    for row, told in (
        (nameless, "key number 2, id: not a text"),
        *(({**page, "id": id_}, unfit) for id_ in ("", "1234567", "123456789", "1234567G", "1234567A")),
        ("x", "key number 2: not an object"),
        ({**page, "id": one["id"]}, f"key {one['id']}, id: another key has it as well"),
    ):
        path.write_text(json.dumps({"keys": [one, row]}))
        with pytest.raises(StartError, match=told):
            KeyRing(path)
    path.write_text("[" * 100_000)
    with pytest.raises(StartError, match="no file of keys"):
        KeyRing(path)


def test_a_file_that_another_program_keeps_locked_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_LOCK_SECONDS", 0.01)
    path = tmp_path / "keys.json"
    with FileLock(f"{path}.lock"), pytest.raises(StartError, match=r"keys\.json locked: try again"):
        Keys(path).create("page", ["predict"])
    Keys(path).create("page", ["predict"])


def test_a_link_to_the_file_stays_one(tmp_path: Path) -> None:
    """A service that reads the file itself knows what was made and revoked by way of the link."""
    (tmp_path / "shared").mkdir()
    file, link = tmp_path / "shared" / "keys.json", tmp_path / "keys.json"
    link.symlink_to(file)
    for name in ("first", "second"):
        Keys(link).create(name, ["predict"])
    Keys(link).revoke("first")
    assert link.is_symlink()
    assert {row["name"]: row["revoked"] is None for row in rows(file)} == {"first": False, "second": True}


def test_a_limit_that_nobody_set_may_be_null(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    text, _ = Keys(path).create("page", ["predict"])
    path.write_text(json.dumps({"keys": [{**rows(path)[0], "limit": None}]}))
    found = KeyRing(path).find(text)
    assert found is not None
    assert found.limit == ""


def test_the_shortest_key_of_the_environment(tmp_path: Path) -> None:
    path, text = tmp_path / "keys.json", secrets.token_hex(SHORTEST)[:SHORTEST]
    assert KeyRing(path, text).find(text)
    with pytest.raises(StartError, match=f"{SHORTEST} characters"):
        KeyRing(path, text[:-1])


def test_the_file_is_looked_at_only_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, now = tmp_path / "keys.json", [1000.0]
    monkeypatch.setattr(keys.time, "monotonic", lambda: now[0])
    ring = KeyRing(path)
    text, _ = Keys(path).create("page", ["predict"])
    assert ring.find(text) is None
    now[0] += keys._LOOK_SECONDS / 2
    assert ring.find(text) is None
    now[0] += keys._LOOK_SECONDS / 2
    assert ring.find(text) is not None


@pytest.mark.parametrize(
    ("host", "said"),
    [("0.0.0.0", "Listening on 0.0.0.0 needs"), ("127.0.0.1", "Listening needs")],  # noqa: S104
)
def test_who_needs_keys_is_told_where(tmp_path: Path, host: str, said: str) -> None:
    with pytest.raises(StartError, match=f"^{said}"):
        keys.demand(Settings(home=tmp_path, host=host, auth="on"))


@pytest.mark.parametrize(("text", "yes"), [("01234567" * 5, False), ("0123456" * 6, True), ("0" * 40, True)])
def test_a_secret_of_few_characters_can_be_guessed(text: str, yes: bool) -> None:
    assert keys.guessable(text) is yes


def test_a_file_that_may_be_read_again_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights that change leave time, size and place of the content as they were."""
    path = tmp_path / "keys.json"
    ring = KeyRing(path)
    text, _ = Keys(path).create("one", ("predict",))
    readable = keys.read

    def unreadable(_path: Path) -> list[keys.Key]:
        raise StartError("no rights")

    monkeypatch.setattr(keys, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(keys, "read", unreadable)
    assert ring.find(text) is None
    monkeypatch.setattr(keys, "read", readable)
    path.chmod(0o644)
    assert ring.find(text) is not None


def test_the_end_of_a_line_is_no_part_of_a_key() -> None:
    plain = secrets.token_hex()
    assert Settings(api_key=f"{plain}\n").api_key == plain
    with pytest.raises(ValidationError, match="printable ASCII"):
        Settings(api_key=f"é{plain}")
