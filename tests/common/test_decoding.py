"""Bytes into text: gzip that is bounded, kinds of content, and encodings stated, misstated or not stated."""

import gzip
import zlib

import pytest

from common import decoding
from common.decoding import Damaged, Gzip, is_accepted, media_type, sniffed, text, unpacker

# --- Compression ---------------------------------------------------------------------------------------------------


def unpacked(data, limit=1000, pieces=1):
    unpacking = Gzip(limit)
    size = max(1, len(data) // pieces)
    out = b"".join(unpacking.feed(data[start : start + size]) for start in range(0, len(data), size))
    unpacking.finish()
    return out


@pytest.mark.parametrize("pieces", [1, 3, 1000])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", b""),
        (gzip.compress(b""), b""),
        (gzip.compress(b"words"), b"words"),
        (gzip.compress(b"two ") + gzip.compress(b"members"), b"two members"),
        (gzip.compress(b"words") + bytes(100), b"words"),
        (gzip.compress(b"words") + b"garbage", b"words"),
    ],
    ids=["nothing", "empty", "words", "two members", "padding", "garbage behind"],
)
def test_gzip_is_undone(data, expected, pieces):
    assert unpacked(data, pieces=pieces) == expected


@pytest.mark.parametrize("pieces", [1, 3, 1000])
@pytest.mark.parametrize(
    "data",
    [b"no gzip", gzip.compress(b"words" * 100)[:-9], gzip.compress(b"words")[:5], zlib.compress(b"words")]
    + [gzip.compress(b"words")[:-8] + bytes(8), gzip.compress(b"one") + gzip.compress(b"cut")[:-3]],
    ids=["none", "cut", "cut in its head", "zlib", "wrong sum", "second cut"],
)
def test_damaged_gzip_is_named(data, pieces):
    with pytest.raises(Damaged):
        unpacked(data, pieces=pieces)


def test_bomb_gives_one_byte_more_than_the_limit():
    unpacking = Gzip(1000)
    bomb = gzip.compress(bytes(10_000_000))
    assert len(unpacking.feed(bomb)) == 1001
    assert unpacking.feed(bomb) == b""
    unpacking.finish()


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ("", decoding.Plain),
        ("identity", decoding.Plain),
        ("gzip", Gzip),
        ("GZip", Gzip),
        ("x-gzip", Gzip),
        (" gzip , identity", Gzip),
        ("br", None),
        ("deflate", None),
        ("zstd", None),
        ("gzip, gzip", None),
        ("gzip, br", None),
        ("nonsense", None),
    ],
)
def test_only_gzip_is_undone(stated, kind):
    found = unpacker(stated, 10)
    assert type(found) is (kind or type(None))


def test_plain_bytes_end_behind_the_limit():
    plain = decoding.Plain(10)
    assert (plain.feed(b"123456"), plain.feed(b"789abcdef"), plain.feed(b"g")) == (b"123456", b"789ab", b"")


# --- Kinds of content ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "kind", "charset"),
    [
        ("", "", ""),
        ("text/html", "text/html", ""),
        ("Text/HTML; Charset=UTF-8", "text/html", "UTF-8"),
        ('text/html;charset="shift_jis"', "text/html", "shift_jis"),
        ("text/html; charset='euc-jp'; x=y", "text/html", "euc-jp"),
        ("text/html; x=y;charset=gbk", "text/html", "gbk"),
        ("text/html; charset=", "text/html", ""),
        ("text/html; notcharset=x", "text/html", ""),
        ("text/plain, text/html; charset=utf-8", "text/html", "utf-8"),
        ("application/atom+xml; charset=utf-8", "application/atom+xml", "utf-8"),
        ("html", "", ""),
        ("text/html, nonsense", "text/html", ""),
        (";;;", "", ""),
    ],
)
def test_media_type_is_read(stated, kind, charset):
    assert media_type(stated) == (kind, charset)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!DOCTYPE HTML><p>", "text/html"),
        (b"\xef\xbb\xbf \n<html >", "text/html"),
        (b"<!-- words --> <!-- more --><head>", "text/html"),
        (b"<title>", "text/html"),
        (b"<html", "text/plain"),
        (b"<?xml version='1.0'?><feed>", "text/xml"),
        (b'{"a": 1}', "application/json"),
        (b"[]", "application/json"),
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\1\2", "application/octet-stream"),
        ("日本".encode(), "text/plain"),
        (b"", "text/plain"),
        (b"<!--" * 100_000, "text/plain"),
        (b"<!-- -->" * 100_000, "text/plain"),
    ],
    ids=range(18),
)
def test_kind_is_sniffed(body, kind):
    assert sniffed(body) == kind


@pytest.mark.parametrize(
    ("kind", "accept", "expected"),
    [
        ("text/html", ["text/html"], True),
        ("text/html", ["text/plain", "text/html"], True),
        ("image/png", ["image/*"], True),
        ("image/png", ["*/*"], True),
        ("text/html", ["image/*"], False),
        ("text/html", [], False),
        ("texthtml", ["text/*"], False),
    ],
)
def test_kind_is_accepted(kind, accept, expected):
    assert is_accepted(kind, accept) is expected


# --- Encodings -----------------------------------------------------------------------------------------------------

WORDS = {
    "Japanese": "深層学習による画像生成の新しい手法を提案する。本研究では拡散モデルの高速化について述べる。",
    "Chinese": "我们提出了一种新的图像生成方法,该方法基于扩散模型。",
    "Taiwanese": "我們提出了一種新的圖像生成方法,該方法基於擴散模型,並且提高了速度。",
    "Korean": "우리는 새로운 이미지 생성 방법을 제안한다. 확산 모델을 기반으로 한다.",
    "Russian": "Мы предлагаем новый метод генерации изображений на основе диффузии.",
    "French": "Le réseau a été entraîné à générer des images déjà très réalistes, où l’été côtoie l’hiver.",
}
CODECS = [
    *(("Japanese", codec, label) for codec, label in (("cp932", "Shift_JIS"), ("euc_jp", "euc-jp"))),
    ("Japanese", "iso2022_jp", "iso-2022-jp"),
    *(("Chinese", "gbk", label) for label in ("gb2312", "GBK", "gb18030")),
    ("Taiwanese", "big5", "Big5"),
    ("Korean", "euc_kr", "ks_c_5601-1987"),
    *(("Russian", codec, codec) for codec in ("cp1251", "koi8_r")),
    ("French", "cp1252", "latin1"),
]


def page(words, head=""):
    return f"<html><head>{head}<title>{words}</title></head><body><p>{words}</p></body></html>"


@pytest.mark.parametrize(("language", "codec", "label"), CODECS)
def test_declared_encoding_is_believed(language, codec, label):
    given = page(WORDS[language])
    assert text(given.encode(codec), label) == given


@pytest.mark.parametrize(("language", "codec", "label"), CODECS)
@pytest.mark.parametrize(
    "head", ['<meta charset="{}">', "<META content='text/html; charset={}' http-equiv=content-type>"]
)
def test_encoding_that_the_page_states_is_believed(language, codec, label, head):
    given = page(WORDS[language], head.format(label.replace("cp1251", "windows-1251").replace("koi8_r", "koi8-r")))
    assert text(given.encode(codec)) == given


@pytest.mark.parametrize("size", [1, 300])
@pytest.mark.parametrize("declared", ["", "no-such-charset", "\u3042", "replacement", "utf-16"])
@pytest.mark.parametrize(("language", "codec", "label"), CODECS)
def test_encoding_is_guessed_where_nothing_is_stated(language, codec, label, declared, size):
    given = page(WORDS[language]) * size
    assert text(given.encode(codec), declared) == given


# The bytes of ISO-2022-JP are all of ASCII, so that they prove no statement wrong.
@pytest.mark.parametrize(("language", "codec", "label"), [case for case in CODECS if case[1] != "iso2022_jp"])
def test_encoding_is_guessed_where_the_bytes_prove_the_statement_wrong(language, codec, label):
    given = page(WORDS[language])
    assert text(given.encode(codec), "utf-8") == given


@pytest.mark.parametrize("declared", ["", "utf-8", "shift_jis", "iso-8859-1", "windows-1252", "us-ascii", "utf-16"])
def test_utf_8_is_recognised_whatever_is_declared(declared):
    given = page(WORDS["Japanese"])
    assert text(given.encode(), declared) == given


def test_declaration_of_the_header_goes_before_that_of_the_page():
    given = page(WORDS["Japanese"], '<meta charset="euc-jp">')
    assert text(given.encode("cp932"), "shift_jis") == given


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_goes_before_everything(codec):
    given = page(WORDS["Japanese"], '<meta charset="euc-jp">')
    assert text(given.encode(codec), "shift_jis") == given


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("is_declared", [True, False])
def test_utf_16_without_mark(codec, is_declared):
    given = page(WORDS["Japanese"])
    assert text(given.encode(codec), codec if is_declared else "") == given


def test_xml_declaration_is_believed():
    given = f'<?xml version="1.0" encoding="Shift_JIS"?><feed>{WORDS["Japanese"]}</feed>'
    assert text(given.encode("cp932")) == given


def test_declaration_within_a_comment_counts_for_nothing():
    given = page(WORDS["Japanese"], '<!-- <meta charset="euc-jp"> --><meta charset="shift_jis">')
    assert text(given.encode("cp932")) == given


def test_one_broken_character_does_not_change_the_encoding():
    given = page(WORDS["Japanese"] * 5).encode()
    assert text(given.replace("画".encode(), "画".encode()[:2], 1), "utf-8").count(WORDS["Japanese"][:5]) == 10


def test_surrogates_are_replaced():
    assert text(b"a\xed\xa0\x80b", "utf-8").encode()
    assert text(b"\xff\xfe" + "a".encode("utf-16-le") + b"\x00\xd8" + b"b\x00").encode()


def test_zeros_and_controls_are_left_to_the_reader():
    assert text(b"a\0b\x1b\x01", "utf-8") == "a\0b\x1b\x01"


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"\xfe", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\x00", bytes(range(256)), b"\x80" * 100_000]
    + [b"a\x80" * 200_000, b"<meta " * 100_000, b"a" * 1_000_000 + b"\xff", b"\x1b$" * 1000, b"\xe6\x97" * 50_000],
    ids=range(13),
)
@pytest.mark.parametrize("declared", ["", "utf-8", "utf-16", "gb18030", "iso-2022-jp", "x-user-defined"])
def test_any_bytes_give_text(body, declared):
    text(body, declared).encode()
