"""Small fonts made for tests: every letter is a bar as wide as told, and what is missing is a large box."""

import struct

UNITS = 1000


def _table_of(records):
    """An OpenType file of these tables."""
    head = struct.pack(">4sHHHH", b"\x00\x01\x00\x00", len(records), 0, 0, 0)
    offset, directory, body = 12 + 16 * len(records), b"", b""
    for tag, data in sorted(records.items()):
        directory += struct.pack(">4sLLL", tag, 0, offset + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return head + directory + body


def _bar(width, height):
    """A glyph of one rectangle."""
    head = struct.pack(">hhhhh", 1, 0, 0, width, height)
    return head + struct.pack(">HH4B", 3, 0, 1, 1, 1, 1) + struct.pack(">4h4h", 0, 0, width, 0, 0, height, 0, -height)


def _cmap(letters, form):
    codes = sorted(map(ord, letters))
    if form == 12:
        groups = b"".join(struct.pack(">LLL", code, code, place) for place, code in enumerate(codes, 1))
        table = struct.pack(">HHLLL", 12, 0, 16 + len(groups), 0, len(codes)) + groups
    else:
        ends = [*codes, 0xFFFF]
        deltas = [(place - code) % 65536 for place, code in enumerate(codes, 1)] + [1]
        count = len(ends)
        arrays = struct.pack(f">{count}HH{count}H{count}H{count}H", *ends, 0, *ends, *deltas, *[0] * count)
        table = struct.pack(">HHHHHHH", 4, 14 + len(arrays), 0, 2 * count, 0, 0, 0) + arrays
    return struct.pack(">HHHHL", 0, 1, 3, 10 if form == 12 else 1, 12) + table


def _name(family):
    """The family, and the name without blanks that drawing programs ask for beside it."""
    raw = family.encode("utf-16-be")
    bare = family.replace(" ", "").encode("utf-16-be")
    records = struct.pack(">6H", 3, 1, 0x409, 1, len(raw), 0) + struct.pack(">6H", 3, 1, 0x409, 6, len(bare), len(raw))
    return struct.pack(">HHH", 0, 2, 30) + records + raw + bare


def font(family, letters, *, weight=400, width=500, form=4, slanted=False):
    """A TrueType font with these letters, each so many thousandths of the size wide, as bytes."""
    letters = "".join(sorted(set(letters)))
    glyphs = [_bar(900, 700), *(b"" if letter == " " else _bar(width - 100, 700) for letter in letters)]
    glyphs = [glyph + b"\0" * (-len(glyph) % 4) for glyph in glyphs]
    places = [sum(map(len, glyphs[:count])) for count in range(len(glyphs) + 1)]
    count = len(glyphs)
    style = struct.pack(">HhHHH", 4, width, weight, 5, 0) + b"\0" * 52
    style += struct.pack(">HHHhhhHH", 1 if slanted else 64, 32, 65535, 800, -200, 0, 800, 200)
    style += struct.pack(">LLhhHHH", 0, 0, 500, 700, 0, 32, 0)
    return _table_of(
        {
            b"OS/2": style,
            b"cmap": _cmap(letters, form),
            b"glyf": b"".join(glyphs),
            b"head": struct.pack(
                ">LLLLHHqqhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, UNITS, 0, 0, 0, 0, 900, 700, 0, 8, 2, 1, 0
            ),
            b"hhea": struct.pack(">LhhhHhhhhhhhhhhhH", 0x10000, 800, -200, 0, 1000, *[0] * 11, count),
            b"hmtx": struct.pack(">Hh", 1000, 0) + struct.pack(">Hh", width, 0) * (count - 1),
            b"loca": struct.pack(f">{count + 1}L", *places),
            b"maxp": struct.pack(">LH13H", 0x10000, count, 4, 1, *[0] * 11),
            b"name": _name(family),
            b"post": struct.pack(">LLhhL4L", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
        }
    )
