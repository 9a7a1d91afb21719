"""Whether a paper says of itself that it was withdrawn: a matter of wording, since no field of arXiv tells.

Authors write it into the comment, administrators of arXiv into comment or abstract. Other papers speak of withdrawals,
too: of an earlier version, of another paper, of drugs and troops. A wrong yes would be printed on the page of a sound
paper, so what is not certain counts as no.
"""

import re

_PAPER = (
    r"(?:e-?print|article|chapter|contribution|document|draft|letter|manuscript|note|paper|preprint|report|study|"
    r"submission|thesis|version|work)"
)
_WHICH = r"(?:(?:current|entire|present|whole)\s+)?(?:arxiv\s+)?"
# "This paper was withdrawn" is certain. "The paper was withdrawn" may go on "and resubmitted".
_IS_NOW = r"(?:ha(?:s|ve)(?:\s+(?:already|now|since))?\s+been|is|must\s+be|needs?\s+to\s+be)"
_THIS_IS = (
    rf"(?:this\s+{_WHICH}{_PAPER}(?:\s+\(?v\d+\)?)?\s+(?:{_IS_NOW}|was)|"
    rf"(?:the|our|my)\s+{_WHICH}{_PAPER}\s+{_IS_NOW})"
    r"(?:\s+(?:being|hereby|now|temporarily))*"
)
# Withdrawn from the proceedings of something is not withdrawn.
_ELSEWHERE = r"(?!\s+from\s+(?!(?:the\s+)?arxiv\b))"
_ADMINISTRATORS = r"arxiv\s+admin(?:istrators?|istration|s)?\b"
_STATEMENTS = (
    rf"{_THIS_IS}\s+withdrawn\b{_ELSEWHERE}",
    rf"(?:paper|article|manuscript|submission)\s+withdrawn\b{_ELSEWHERE}",
    rf"(?:the\s+)?authors?\s+ha(?:s|ve)\s+(?:decided\s+to\s+withdraw|withdrawn)\s+(?:this|the|their|our)\s+{_PAPER}\b"
    rf"{_ELSEWHERE}",
    rf"(?:we|i)\s+(?:hereby\s+|have\s+decided\s+to\s+)?withdraw\s+(?:this|our|my|the)\s+{_PAPER}\b{_ELSEWHERE}",
    rf"(?:this\s+{_PAPER}\s+(?:(?:has\s+been|was|is)\s+)?)?(?:withdrawn|removed)\s+by\s+(?:the\s+)?{_ADMINISTRATORS}",
)
_SO = r"(?:(?:accordingly|consequently|hence|so|therefore|thus),?\s+)?"
_STATEMENT = rf"(?:{_ADMINISTRATORS}\s+note:\s+)?{_SO}(?:{'|'.join(_STATEMENTS)})"
_BY = r"by\s+(?:the\s+|its\s+)?(?:authors?|arxiv|submitter)"
# The one word, where nothing stands before it, and an end or a reason after it.
_CURT = rf"withdrawn(?=\s*(?:$|[.)\]]|(?:because|due\s+to|{_BY})\b))"
_CURT_IN_COMMENT = (
    rf"withdraw(?:n|al)(?=\s*(?:$|[.,;:!)\]]|[-–—]|(?:as|because|due\s+to|for|in\s+order|pending|since|{_BY})\b))"
)
_BEGINNING = re.compile(rf"[\s*(\[]*(?:{_STATEMENT}|{_CURT})", re.IGNORECASE)
_BEGINNING_OF_COMMENT = re.compile(rf"[\s*(\[]*{_CURT_IN_COMMENT}", re.IGNORECASE)
_SENTENCE = re.compile(rf"(?:^|(?<=[.,;:!?)\]])\s+)[*(\[]*{_STATEMENT}", re.IGNORECASE)


def is_withdrawn(*, title: str = "", abstract: str = "", comment: str = "") -> bool:
    """Whether one of the texts states that the paper itself was withdrawn.

    A comment may state it anywhere, as a sentence; title and abstract only at their beginning, since an abstract is
    about the subject of the paper, which may be withdrawals.
    """
    if _SENTENCE.search(comment) or _BEGINNING_OF_COMMENT.match(comment):
        return True
    return any(_BEGINNING.match(text) for text in (title, abstract))
