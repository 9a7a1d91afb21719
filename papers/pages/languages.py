"""The language that a page states, as Akira writes languages: BCP 47 in lower case."""

import re

_FORM = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_LONGEST = 35
# Pages name languages by their names, by the codes of libraries (ISO 639-2), by countries, and by codes long replaced.
_MEANT = {
    **{"eng": "en", "english": "en", "jp": "ja", "jpn": "ja", "japanese": "ja", "日本語": "ja"},
    **{"zho": "zh", "chi": "zh", "cn": "zh-hans", "chinese": "zh", "中文": "zh", "kr": "ko", "kor": "ko"},
    **{"korean": "ko", "fra": "fr", "fre": "fr", "french": "fr", "deu": "de", "ger": "de", "german": "de"},
    **{"spa": "es", "spanish": "es", "por": "pt", "portuguese": "pt", "ita": "it", "italian": "it", "rus": "ru"},
    **{"russian": "ru", "nld": "nl", "dut": "nl", "pol": "pl", "tur": "tr", "iw": "he", "in": "id", "ji": "yi"},
    # Not a language: undetermined, several, none, and the mark of a page for all of them.
    **dict.fromkeys(("und", "mul", "zxx", "mis", "x-default", "default"), ""),
}
# What tells the two ways to write Chinese apart: the script itself, else the region.
_SCRIPTS = {
    **dict.fromkeys(("hans", "cn", "sg", "my", "chs"), "zh-hans"),
    **dict.fromkeys(("hant", "tw", "hk", "mo", "cht"), "zh-hant"),
}


def language(stated: str) -> str:
    """The language as in an address (`en`, `pt-br`, `ja`, `zh-hans`), or the empty string where none is stated.

    Of several the first counts. Chinese is told by its script, whether the page states script or region.
    """
    tag = re.split("[,;.@ ]", stated[:200].strip(), maxsplit=1)[0].strip().replace("_", "-").lower()
    tag = _MEANT.get(tag, tag)
    # Behind a single letter stand wishes of the reader (calendar, sorting) and private notes.
    tag = re.split("-[a-z0-9](?:-|$)", tag, maxsplit=1)[0]
    if not _FORM.fullmatch(tag) or len(tag) > _LONGEST:
        return ""
    first, *rest = tag.split("-")
    if first in ("zh", "cmn"):
        return next((_SCRIPTS[part] for part in sorted(rest, key=len, reverse=True) if part in _SCRIPTS), "zh")
    return tag
