"""No text calls a posture safe, gives a chance of injury, or speaks of forces in the spine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEVER = re.compile(
    r"\b(un)?safe\b|\bharmless\b|\bdangerous\b|\binjury (probability|risk|chance)"
    r"|(probability|risk|chance|likelihood)s? of (an |getting |being )?(injur|hurt)"
    r"|\bcompressi(on|ve)\b|\b(spinal|lumbar) (load|force)s?\b",
    re.IGNORECASE,
)
DENIED = {
    "a posture is never called so": (
        "is NaN: unknown, not safe.",
        "The lowest band may not be called safe, for no posture is known to be.",
        "not of forces in the spine or of anyone's chance of getting hurt",
        "not forces in the spine and not chances of getting hurt.",
    ),
    "the word that is refused as the name of a band": ("safe", "harmless"),
    "the wording of a published limit": ("no known safe limit for repetitive lifting",),
    "pictures and programs": (
        "exposure, blur, noise, few pixels, compression.",
        "Of the JPEG-like compression, 1 to 100",
        "Return the picture after block compression with halved colour resolution.",
        "no installs at run time, no unsafe pickles.",
        "'unsafe-inline'",
        "'unsafe-eval'",
    ),
}
TEXTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "data/*.md", "pipelines/templates/*", "dashboard/**/*.md")
    for path in ROOT.glob(pattern)
)
MODULES = sorted(
    path for room in ("detectors", "pipelines", "dashboard") for path in (ROOT / room).rglob("*.py")
)


def strings(path):
    """Return every text of a module: what it prints, and its docstrings."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def said(text):
    """Return what is said of the forbidden in a text, less the sentences that deny it."""
    plain = " ".join(text.replace("\n#", "\n").split())
    if plain in DENIED["the word that is refused as the name of a band"]:
        return []
    sentences = [one for reason, some in DENIED.items() if "band" not in reason for one in some]
    for sentence in sorted(sentences, key=len, reverse=True):
        plain = plain.replace(sentence, "")
    return [plain[max(found.start() - 40, 0) : found.end() + 20] for found in NEVER.finditer(plain)]


@pytest.mark.parametrize("text", ["This lift was safe.", "a low injury risk", "compression at L5", "Unsafe"])
def test_what_may_not_be_said_is_found(text):
    assert said(text)


@pytest.mark.parametrize("path", MODULES, ids=[path.relative_to(ROOT).as_posix() for path in MODULES])
def test_no_module_says_it(path):
    assert not [found for text in strings(path) for found in said(text)]


@pytest.mark.parametrize("path", TEXTS, ids=[path.relative_to(ROOT).as_posix() for path in TEXTS])
def test_no_page_or_template_says_it(path):
    assert not said(path.read_text())
