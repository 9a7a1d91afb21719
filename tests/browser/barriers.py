"""What axe-core finds on a page, at both widths and in both schemes, and whether anything stands out sideways."""

import importlib.util
from pathlib import Path

# The script that looks for barriers; it comes with a package of the tests.
AXE = Path(importlib.util.find_spec("axe_playwright_python").origin).with_name("axe.min.js")
WIDTHS = (1280, 390)
_RUN = "(which) => axe.run({resultTypes: ['violations'], ...which}).then((result) => result.violations)"
# What a scheme changes: the dark one has other colours, and the same elements.
SCHEMES = {"light": {}, "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}}


def barriers(page, widths=WIDTHS) -> dict:
    """The barriers of the page as it stands, by width, scheme and rule; the page's context has to bypass its policy."""
    found = {}
    page.add_script_tag(path=str(AXE))
    # Links of the desk fade from one colour to the other; what is on its way has no contrast of its own.
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; animation: none !important }")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, which in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)
            for each in page.evaluate(_RUN, which):
                found[width, scheme, each["id"]] = [node["target"] for node in each["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found[width, "", "wider than the screen"] = []
    return found
