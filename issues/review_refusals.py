"""Why a verb of review refuses, in words for an editor; pages for reviewers have words of their own."""


class ReviewError(Exception):
    """A verb of review refused; the text says why, in words for an editor."""


class WrongState(ReviewError):
    """The issue is in a state from which this can't be done, or was already brought to the one that was asked for."""


class ChangedMeanwhile(ReviewError):
    """The issue is not what was looked at when the approval was given."""


class LinkRefused(ReviewError):
    """A link can't be made as asked for."""


class LinkClosed(ReviewError):
    """The link was revoked or has run out, so that nothing can be said by it any more."""


class CommentRefused(ReviewError):
    """The comment or the answer is empty or too long, or somebody else was quicker; `code` says which."""

    def __init__(self, code: str, words: str):
        super().__init__(words)
        self.code = code


class TooManyComments(ReviewError):
    """A reviewer writes faster than anybody reads; `wait` is after how many seconds another comment is taken."""

    def __init__(self, wait: int):
        super().__init__(f"Many comments came at once. The next one is taken in {wait} seconds.")
        self.wait = wait
