"""Drawings become pixels where that can be done truthfully, within bounds of time."""

import importlib.util
import io

import pytest
from PIL import Image

from common import drawing
from common.images import check

from .pictures import svg

needs_resvg = pytest.mark.skipif(importlib.util.find_spec("resvg_py") is None, reason="resvg_py is not installed")

SQUARE = '<rect x="10" y="10" width="30" height="30" fill="#c22a10"/>'


def drawn(content, attributes='viewBox="0 0 100 50"', width=400):
    data = drawing.to_png(check(svg(content, attributes=attributes)).data, width=width)
    return data and Image.open(io.BytesIO(data)).convert("RGB")


@needs_resvg
def test_a_drawing_is_drawn_on_white():
    image = drawn(SQUARE)
    assert image.size == (400, 200)
    assert image.getpixel((2, 2)) == (255, 255, 255)
    assert image.getpixel((80, 80)) == (0xC2, 0x2A, 0x10)


@needs_resvg
def test_letters_that_no_font_has_are_not_left_out():
    # Medefaidrin, for which hardly any machine has a font.
    assert drawn("<text x='5' y='30'>\U00016e40\U00016e41</text>") is None


@needs_resvg
def test_what_is_no_drawing_is_not_drawn(caplog):
    assert drawing.to_png(b"<svg", width=100) is None
    assert "could not be drawn" in caplog.text


@needs_resvg
def test_what_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(drawing, "SECONDS", 0.05)
    assert drawn(SQUARE) is None


@needs_resvg
def test_what_takes_too_much_memory_is_given_up(monkeypatch):
    monkeypatch.setattr(drawing, "_MEMORY", 16 * 1024 * 1024)
    assert drawn(SQUARE) is None


def test_without_the_package_there_is_no_picture(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert drawing.to_png(svg(SQUARE), width=100) is None
