"""The order of an index, as readers of each language look things up."""

import random

import pytest

from issues.alphabet import group, order


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", "3D apple Élan Ｖｉｄｅｏ vision Zürich"),
        ("ja", "3D Transformer ガウス過程 かな データ ティーポット 医療 音声 画像 強化学習 言語モデル"),
        ("zh-hans", "3D Attention 长尾 强化学习 视频 数据集 Transformer 医疗 语音 蒸馏 曦"),
    ],
)
def test_names_stand_in_the_order_of_the_language(language, names):
    names = names.split()
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=lambda name: order(name, language)) == names


@pytest.mark.parametrize(
    ("name", "language", "heading"),
    [
        ("3D", "en", ""),
        ("«Élan»", "en", "E"),
        ("Ｖｉｄｅｏ", "en", "V"),
        ("がぞう", "ja", "か"),
        ("ティーポット", "ja", "た"),
        ("ゃ", "ja", "や"),
        ("動画", "ja", "漢字"),
        ("视频", "zh-hans", "S"),
        ("啊", "zh-hans", "A"),
        ("座", "zh-hans", "Z"),
        ("曦", "zh-hans", "汉字"),
        ("動畫", "zh-hant", "漢字"),
        ("", "en", ""),
        ("…", "ja", ""),
    ],
)
def test_a_name_stands_under_a_heading(name, language, heading):
    assert group(name, language) == heading


def test_any_text_has_a_place():
    letters = [chr(code) for code in range(1, 0x2FFFF, 89) if not 0xD800 <= code < 0xE000]
    for language in ("en", "ja", "zh-hans", "zh-hant", "ko", "ar"):
        assert len(sorted(letters, key=lambda letter: order(letter, language))) == len(letters)
        assert all(len(group(letter, language)) <= 2 for letter in letters)
