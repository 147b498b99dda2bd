"""Markdown as tests read it: links, headings as GitHub anchors them, code blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
#: Folders that hold no documents of ours.
FOREIGN = {"node_modules", "reports", "build", "dist"}
_HTML_ANCHOR = re.compile(r"""<a\s+(?:id|name)=["']([^"']+)["']""")


@dataclass(frozen=True)
class Block:
    """A fenced block of code and where it begins."""

    language: str
    text: str
    line: int


def documents() -> list[Path]:
    """Every Markdown file of the project."""
    found = [path.relative_to(ROOT) for path in ROOT.rglob("*.md")]
    hidden = {
        path for path in found if any(part.startswith(".") and part != ".github" for part in path.parts)
    }
    return sorted(path for path in found if path not in hidden and not FOREIGN & set(path.parts))


@cache
def tokens(path: Path) -> tuple[Token, ...]:
    """A document, read as GitHub reads it."""
    return tuple(MarkdownIt("gfm-like", {"linkify": False}).parse((ROOT / path).read_text(encoding="utf-8")))


def links(path: Path) -> Iterator[str]:
    """Targets of the links and pictures of a document."""
    for token in tokens(path):
        for child in token.children or []:
            target = child.attrGet("href") or child.attrGet("src")
            if target:
                yield str(target)


@cache
def anchors(path: Path) -> frozenset[str]:
    """What can follow ``#``: headings by GitHub's rules, and anchors written in HTML."""
    seen: dict[str, int] = {}
    found = set(_HTML_ANCHOR.findall((ROOT / path).read_text(encoding="utf-8")))
    everything = tokens(path)
    for at, token in enumerate(everything):
        if token.type != "heading_open":
            continue
        children = everything[at + 1].children or []
        text = "".join(child.content for child in children if child.type in {"text", "code_inline"})
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        number = seen.get(slug, 0)
        seen[slug] = number + 1
        found.add(f"{slug}-{number}" if number else slug)
    return frozenset(found)


def blocks(path: Path) -> list[Block]:
    """The fenced blocks of code of a document, in order."""
    return [
        Block(token.info, token.content, (token.map or [0])[0] + 1)
        for token in tokens(path)
        if token.type == "fence"
    ]
