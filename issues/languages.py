"""Languages as addresses, HTML and gettext write them."""

import re

from django.conf import settings
from django.utils import translation

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Without the middle dot and the sign for long vowels, which other texts use, too.
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")


def html_language(language: str) -> str:
    """The language as BCP 47 recommends to write it: zh-hans → zh-Hans, pt-br → pt-BR."""
    first, *rest = language.split("-")
    written = [part.title() if len(part) == 4 else part.upper() if len(part) == 2 else part for part in rest]
    return "-".join([first, *written])


def interface_language(language: str) -> str:
    """The shipped language in which buttons and labels are shown beside content in this one; English if none fits."""
    shipped = dict(settings.LANGUAGES)
    while language not in shipped and "-" in language:
        language = language.rpartition("-")[0]
    return language if language in shipped else "en"


# Where a language without a region is read most; Open Graph (ogp.me) knows no language without one.
_REGIONS = {
    **{"en": "US", "ja": "JP", "ko": "KR", "zh": "CN", "zh-hans": "CN", "zh-hant": "TW", "pt": "PT", "sv": "SE"},
    **{"da": "DK", "nb": "NO", "cs": "CZ", "el": "GR", "he": "IL", "uk": "UA", "vi": "VN", "hi": "IN", "fa": "IR"},
    **{language: language.upper() for language in ("de", "es", "fi", "fr", "hu", "id", "it", "nl", "pl", "ro", "ru")},
    **{language: language.upper() for language in ("tr", "th", "bg", "hr", "is", "lt", "lv", "sk")},
}


def open_graph_locale(language: str) -> str:
    """The language as Open Graph writes it, such as zh_CN; empty where its region is not known."""
    language = language.lower()
    first, *rest = language.split("-")
    region = next((part.upper() for part in rest if len(part) == 2), "") or _REGIONS.get(language, "")
    return f"{first}_{region}" if region else ""


def language_name(language: str) -> str:
    """What speakers call their language, such as 日本語; the code where it is not known."""
    try:
        return translation.get_language_info(language)["name_local"]
    except KeyError:
        return html_language(language)


def is_cjk(language: str) -> bool:
    """Whether the language is written in Chinese characters or kana, without blanks between words."""
    return language.split("-")[0] in {"ja", "zh"}


def language_of_title(title: str, language: str) -> str:
    """The language of a title among texts of another, for a `lang` attribute, as far as its letters tell; else empty.

    Kana are Japanese and Hangul is Korean; Latin letters on a Japanese or Chinese page are taken for English.
    """
    found = ""
    if is_cjk(language) and not _CJK.search(title):
        found = "en" if title else ""
    elif not title.isascii():
        found = "ja" if _KANA.search(title) else "ko" if _HANGUL.search(title) else ""
    return "" if found == language.split("-")[0] else found


def language_of_text(text: str, language: str, default: str) -> str:
    """The language of a text of the publication that all its languages share, where it is not the page's; else empty.

    It is taken for the `default` language where its script is that of the text.
    """
    letters = [letter for letter in text if letter.isalpha()]
    in_cjk = 2 * sum(bool(_CJK.match(letter)) for letter in letters) > len(letters)
    if in_cjk == is_cjk(language):
        return ""
    if in_cjk == is_cjk(default):
        return html_language(default)
    return "" if in_cjk else "en"


def is_right_to_left(language: str) -> bool:
    """Whether the language is written from right to left."""
    try:
        return translation.get_language_info(language)["bidi"]
    except KeyError:
        return False
