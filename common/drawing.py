"""Drawings as pictures of pixels, for programs that show no SVG."""

import base64
import importlib.util
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

logger = logging.getLogger(__name__)

# A drawing may be made to keep a machine busy; one that takes longer than this is not drawn.
SECONDS = 10
_MEMORY = 1024 * 1024 * 1024
_WITHOUT_LETTERS = re.compile(rb"No match for|No fonts with")
# Drawn by a process of its own, which can be stopped, and for which the system counts seconds and memory.
_PROGRAM = r"""
import base64, json, resource, sys
seconds, memory, width = map(int, sys.argv[1:4])
options = json.loads(sys.argv[4])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
import resvg_py
svg = sys.stdin.buffer.read().decode()
drawn = resvg_py.svg_to_bytes(svg_string=svg, width=width, background="white", log_information=True, **options)
sys.stdout.buffer.write(b"\n" + base64.b64encode(bytes(drawn)))
"""


def to_png(svg: bytes, *, width: int, fonts: Collection[Path] | None = None) -> bytes | None:
    """A checked drawing as PNG of that width, on white; None where it can't be drawn here, which the log explains.

    Letters are drawn with the fonts of this machine, or with those files alone that are given; where there are none for
    them, a figure without its labels would lie.
    """
    if importlib.util.find_spec("resvg_py") is None:
        logger.info("Drawings have no form for mails, since resvg_py is not installed.")
        return None
    options = {} if fonts is None else {"skip_system_fonts": True, "font_files": [str(path) for path in fonts]}
    command = [sys.executable, "-I", "-c", _PROGRAM, str(SECONDS), str(_MEMORY), str(width), json.dumps(options)]
    try:
        done = subprocess.run(
            command, input=svg, capture_output=True, timeout=2 * SECONDS, env=_environment(), check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        logger.warning("A drawing of %d bytes could not be drawn: %s", len(svg), error)
        return None
    # The last line is the picture, what stands before it a log.
    log, _, drawn = done.stdout.rpartition(b"\n")
    if _WITHOUT_LETTERS.search(log):
        logger.warning("A drawing of %d bytes was not drawn, since no font here has its letters.", len(svg))
        return None
    return base64.b64decode(drawn)


def _environment() -> dict[str, str]:
    """What the process needs to know; none of our secrets."""
    return {name: os.environ[name] for name in ("HOME", "PATH", "LANG", "FONTCONFIG_PATH") if name in os.environ}
