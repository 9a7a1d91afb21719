"""Text set in the faces at hand: which face has each letter, what must be left out, and how wide it all is."""

import unicodedata
from collections.abc import Collection, Iterable

from common.fonts import Face

# Joiners tell how their neighbours are shaped, and are drawn as nothing.
_JOINERS = "\u200c\u200d"
# What is said without them is the same: pictures among the letters, and what belongs to those alone.
_PICTURES = ("So", "Sk", "Me")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class Stack:
    """Faces in the order in which they are asked for a letter, as in a font stack of CSS."""

    def __init__(self, faces: Iterable[Face]):
        self.faces = tuple(faces)
        self._face_of: dict[str, Face | None] = {}

    def face_of(self, letter: str) -> Face | None:
        if letter not in self._face_of:
            self._face_of[letter] = next((face for face in self.faces if letter in face), None)
        return self._face_of[letter]

    def drawable(self, text: str) -> str:
        """The text without pictures and signs that no face has; empty where so much as a letter is missing.

        A title without some of its words could say the opposite. What is left holds no control characters, such as
        those that turn the direction of text.
        """
        kept = []
        for letter in " ".join(unicodedata.normalize("NFC", text).split()):
            category = unicodedata.category(letter)
            if _is_variant(letter) or (category in _UNSEEN and letter not in _JOINERS):
                continue
            if self.face_of(letter):
                kept.append(letter)
            elif letter not in _JOINERS and category not in _PICTURES:
                return ""
        found = " ".join("".join(kept).split())
        return "" if _runs_to_the_left(found) and not self._face_of_all(found) else found

    def runs(self, text: str) -> list[tuple[Face, str]]:
        """A drawable text in parts, each with the face that has its letters. A mark stays with its letter if it can.

        Text that runs to the left is one part, since whoever draws it turns the order of its words.
        """
        if _runs_to_the_left(text):
            face = self._face_of_all(text)
            return [(face, text)] if face else []
        found: list[tuple[Face, str]] = []
        for letter in text:
            face = self.face_of(letter)
            follows = found and (letter == " " or letter in _JOINERS or unicodedata.combining(letter))
            if follows and letter in found[-1][0]:
                face = found[-1][0]
            if found and found[-1][0] == face:
                found[-1] = (face, found[-1][1] + letter)
            elif face:
                found.append((face, letter))
        return found

    def _face_of_all(self, text: str) -> Face | None:
        return next((face for face in self.faces if all(letter in face for letter in set(text))), None)

    def width(self, text: str, size: float) -> float:
        """How wide a drawable text is. Marks stand above their letters and take no room."""
        return sum(face.width(letter, size) for face, part in self.runs(text) for letter in part if _takes_room(letter))


def _runs_to_the_left(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def _is_variant(letter: str) -> bool:
    """Whether it chooses among forms of the letter before it: by pictures, as a rule."""
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


def _takes_room(letter: str) -> bool:
    return letter not in _JOINERS and unicodedata.category(letter) not in ("Mn", "Me")


def stack_of(families: Collection[str], weight: int, faces: Collection[Face]) -> Stack:
    """These families in their order, then all others there are, each in the style that comes nearest to the weight."""
    nearest: dict[str, Face] = {}
    for face in faces:
        known = nearest.get(face.family)
        if known is None or abs(face.weight - weight) < abs(known.weight - weight):
            nearest[face.family] = face
    wanted = [nearest.pop(family) for family in families if family in nearest]
    return Stack([*wanted, *nearest.values()])
