"""Whether two titles are those of one work."""

import pytest

from papers.agreeing import titles_agree

TWINS = "Barlow Twins: Self-Supervised Learning via Redundancy Reduction"

SAME = [
    (TWINS, TWINS.upper()),
    (f"[2103.03230] {TWINS}", TWINS),
    (f"(PDF) {TWINS}", TWINS),
    (f"{TWINS} | OpenReview", TWINS),
    (f"OpenReview :: {TWINS}", TWINS),
    ("Barlow Twins - Self-Supervised Learning via Redundancy Reduction - ICML 2021", TWINS),
    ("Barlow Twins: Self-Supervised Learning via Red…", TWINS),
    ("Semi supervised learning", "Semi-Supervised Learning"),
    ("A Survey of Sleeping Networks", "Survey of sleeping networks"),
    ("Towards sleeping networks that reduce energy", "Toward Sleeping Networks That Reduce Energy"),
    ("A study of generalisation behaviour in networks", "A Study of Generalization Behavior in Networks"),
    (r"$k$-means++ and its friends in $\mathbb{R}^n$", "k-means++ and its friends in R^n"),
    ("Naïve Bayes für alle", "Naive Bayes fur alle"),
    ("ＢＥＲＴによる日本語文書分類", "BERTによる日本語文書分類"),
    ("自然言語処理における注意機構 — 情報処理学会", "自然言語処理における注意機構"),
    ("深層学習による画像認識｜人工知能学会", "深層学習による画像認識"),
    ("Сон в нейронных сетях", "СОН В НЕЙРОННЫХ СЕТЯХ"),
]
OTHER = [
    ("", ""),
    ("", TWINS),
    ("— | —", "— | —"),
    ("Attention", "Attenuation"),
    ("GPT-3", "GPT-4"),
    ("Deep residual learning for image recognition", "Deep residual learning for image classification"),
    (
        "Contrast for Unsupervised Visual Representation Learning",
        "Contrast for Supervised Visual Representation Learning",
    ),
    ("Symmetric networks at rest", "Asymmetric networks at rest"),
    ("Methods for sleeping networks, part 1", "Methods for sleeping networks, part 2"),
    ("Sleeping networks, part I: methods", "Sleeping networks, part II: methods"),
    ("Sleeping networks: a review", "Sleeping networks"),
    ("Comment on “Sleeping networks reduce energy use”", "Sleeping networks reduce energy use"),
    ("Sleeping networks reduce energy use (reply)", "Sleeping networks reduce energy use"),
    ("Deep…", "Deep learning of everything that there is"),
    ("深層学習による画像認識の研究", "深層学習による音声認識の研究"),
    ("深層学習入門", "深層学習概論"),
    ("眠るネットワーク", "眠るネットワークについて"),
    ("ばらの分類", "はらの分類"),
]


@pytest.mark.parametrize(("page", "paper"), SAME)
def test_titles_of_one_work_agree(page, paper):
    assert titles_agree(page, paper)


@pytest.mark.parametrize(("page", "paper"), OTHER)
def test_titles_of_two_works_do_not(page, paper):
    assert not titles_agree(page, paper)


def test_a_title_of_any_length_is_compared():
    assert titles_agree("word " * 40_000, "word " * 40_000)
    assert not titles_agree("a | b " * 40_000, "b" * 200_000)
