"""Marks that are drawn with no font: the seal, the kinds of issues, and letters for a number or a date."""

# On a square of 32: a sun and a moon, which together are the character 明, akira.
_SEAL = (
    '<rect width="32" height="32" rx="4" fill="#d23a1d"/><circle cx="10.5" cy="16" r="5" fill="#fff"/>'
    '<path d="M17 6.5A9.5 9.5 0 0 1 17 25.5A13.3 13.3 0 0 0 17 6.5Z" fill="#fff"/>'
)
# On a square of 16, as the pages show them: sun, moon, ring, and a diamond for what is special.
_KINDS = {
    "weekly": '<circle cx="8" cy="8" r="5" fill="{0}"/>',
    "monthly": '<path d="M7 1.5A6.5 6.5 0 1 1 1.5 10 5.2 5.2 0 0 0 7 1.5Z" fill="{0}"/>',
    "annual": (
        '<circle cx="8" cy="8" r="6" fill="none" stroke="{0}" stroke-width="2"/>'
        '<circle cx="8" cy="8" r="2" fill="{0}"/>'
    ),
    "special": '<path d="M8 1.5 14.5 8 8 14.5 1.5 8Z" fill="{0}"/>',
}

# Strokes along the middle of each letter, which is 700 high; and how far the next one stands.
_STROKE = 112
_LETTERS = {
    "0": ("M56 246A184 190 0 0 1 424 246V454A184 190 0 0 1 56 454Z", 480),
    "1": ("M40 190 226 70V700", 340),
    "2": ("M62 236A178 180 0 1 1 374 362L96 632V644H436", 480),
    "3": ("M70 56H402L222 288A178 178 0 1 1 52 540", 480),
    "4": ("M352 700V84L70 496V508H474", 510),
    "5": ("M408 56H124L104 330A186 186 0 1 1 52 560", 480),
    "6": ("M318 46 92 347M55 458A185 185 0 1 1 425 458A185 185 0 1 1 55 458Z", 480),
    "7": ("M48 56H400L168 700", 450),
    "8": (
        "M76 214A164 158 0 1 1 404 214A164 158 0 1 1 76 214ZM56 508A184 136 0 1 1 424 508A184 136 0 1 1 56 508Z",
        480,
    ),
    "9": ("M162 654 388 353M55 242A185 185 0 1 1 425 242A185 185 0 1 1 55 242Z", 480),
    "W": ("M40 0 196 630 372 90 548 630 704 0", 744),
    ".": ("M64 700V588", 128),
    "-": ("M40 400H280", 320),
}
_HEIGHT, _GAP = 700, 70


def seal(x: float, y: float, size: float) -> str:
    return f'<g transform="translate({x:.2f} {y:.2f}) scale({size / 32:.4f})">{_SEAL}</g>'


def kind(name: str, x: float, y: float, size: float, colour: str) -> str:
    """The mark of a kind of issue; empty for a kind that has none."""
    drawn = _KINDS.get(name, "").format(colour)
    return f'<g transform="translate({x:.2f} {y:.2f}) scale({size / 16:.4f})">{drawn}</g>' if drawn else ""


def width(text: str, height: float) -> float:
    """How wide digits, W, dot and hyphen are where their height is this."""
    return (sum(_LETTERS[letter][1] + _GAP for letter in text) - _GAP) * height / _HEIGHT


def letters(text: str, x: float, top: float, height: float, colour: str) -> str:
    """Digits, W, dot and hyphen as drawings, from this corner on."""
    drawn, place = [], 0
    for letter in text:
        path, advance = _LETTERS[letter]
        drawn.append(f'<path transform="translate({place} 0)" d="{path}"/>')
        place += advance + _GAP
    style = f'fill="none" stroke="{colour}" stroke-width="{_STROKE}" stroke-linejoin="round"'
    scale = height / _HEIGHT
    return f'<g transform="translate({x:.2f} {top:.2f}) scale({scale:.4f})" {style}>{"".join(drawn)}</g>'
