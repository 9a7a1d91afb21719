"""The pictures themselves: drawn once, kept in the store of uploads, few at a time."""


class Busy(Exception):
    """Too many pictures are being drawn."""


class NotDrawn(Exception):
    """The picture can't be drawn here."""


def picture_of(card):
    raise NotDrawn("The picture can't be drawn here.")
