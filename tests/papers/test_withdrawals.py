"""Withdrawal, told from wording: notices of many forms, and texts that only speak of withdrawals."""

import pytest

from papers.withdrawals import is_withdrawn

NOTICES = [
    "This paper has been withdrawn by the author due to a crucial sign error in equation 1",
    "This paper has been withdrawn",
    "THIS PAPER HAS BEEN WITHDRAWN.",
    "This paper was withdrawn by its authors.",
    "This article has been withdrawn by arXiv administrators due to disputed authorship",
    "This submission has been withdrawn by arXiv administrators because of a claim of rights",
    "This version withdrawn by arXiv administrators because the author did not have the right to agree to our license",
    "This version has been removed by arXiv administrators due to copyright infringement",
    "arXiv admin note: This submission has been withdrawn by arXiv administrators",
    "arXiv admin note: withdrawn by arXiv admin due to inflammatory content",
    "Withdrawn",
    "Withdrawn.",
    "(withdrawn)",
    "Withdrawn due to an error in lemma 3",
    "Withdrawn by the authors; a better version will follow",
    "Withdrawal: the proof of theorem 2 is incomplete",
    "Withdrawn for major revision",
    "Withdrawn - see the new version",
    "Paper withdrawn because the data were mislabelled",
    "12 pages, 3 figures. This paper has been withdrawn by the author",
    "12 pages, 3 figures, this paper is withdrawn",
    "8 pages; the authors have withdrawn this manuscript pending a review of the experiments",
    "Therefore, the current version is being withdrawn to avoid misunderstandings",
    "The paper is withdrawn as some errors are to be fixed",
    "The manuscript has since been withdrawn",
    "We withdraw this submission since part of the analysis is faulty",
    "I have decided to withdraw my paper",
    "This paper has been withdrawn from arXiv by its authors",
    "This paper (v2) has been withdrawn",
]

OTHERS = [
    "",
    "12 pages, 5 figures",
    "A previous version of this manuscript was withdrawn because of an error",
    "Replaces the withdrawn manuscript arXiv:quant-ph/9901001",
    "This is a replacement for a paper that was withdrawn",
    "Merges version 1 with arXiv:2103.99001, which was withdrawn by the author",
    "Section 6 is withdrawn; lemma 6.1 is extended",
    "v2: the central claim of v1 is withdrawn",
    "It may be withdrawn if accepted by a journal",
    "This paper will be withdrawn if it is accepted",
    "Accepted at a workshop; withdrawn from its proceedings since nobody could travel",
    "This paper was withdrawn from the conference and is under review at a journal",
    "Withdrawn from a conference; extended since",
    "The paper was withdrawn, rewritten and submitted again",
    "Corrects an article withdrawn by arXiv administrators",
    "A study of papers withdrawn by arXiv administrators",
    "We do not withdraw our claim",
    "This paper withdraws nothing",
]


@pytest.mark.parametrize("comment", NOTICES)
def test_comment_that_withdraws_the_paper(comment):
    assert is_withdrawn(comment=comment)


@pytest.mark.parametrize("comment", OTHERS)
def test_comment_that_withdraws_nothing(comment):
    assert not is_withdrawn(comment=comment)


@pytest.mark.parametrize(
    "abstract",
    [
        "This paper has been withdrawn by the author due to a crucial error.",
        "This submission has been withdrawn by arXiv administrators because it contains fictitious content.",
        "Withdrawn due to an error in the proof.",
        "[This paper has been withdrawn.] We study the patience of models.",
    ],
)
def test_abstract_that_begins_with_a_notice(abstract):
    assert is_withdrawn(abstract=abstract)


@pytest.mark.parametrize(
    "abstract",
    [
        "We study why papers are withdrawn. This paper has been withdrawn is what authors write.",
        "Withdrawn drugs are collected in a table, with the reasons given by their makers.",
        "Withdrawal from a network costs its members trust.",
        "Withdrawn by their sponsors, many trials leave no trace.",
        "Cash withdrawn from machines tells where people are. The notice says: this paper has been withdrawn.",
        "This paper examines retractions on arXiv, among them 14,000 papers withdrawn by their authors.",
    ],
)
def test_abstract_of_a_paper_about_withdrawals(abstract):
    assert not is_withdrawn(abstract=abstract)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("This paper has been withdrawn by the authors", True),
        ("Withdrawn", True),
        ("(Withdrawn) On the Patience of Small Models", True),
        ("Withdrawn: A History of Retreat", False),
        ("Withdrawal as a Strategy", False),
        ("Predicting Withdrawn Papers", False),
    ],
)
def test_title(title, expected):
    assert is_withdrawn(title=title) is expected


def test_long_text_costs_little():
    assert not is_withdrawn(comment="this paper has been " * 50_000, abstract="(" * 100_000 + "this " * 100_000)
