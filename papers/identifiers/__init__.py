"""Any spelling of a work in, one identity out. Pure: no database, no network.

A wrong difference costs a second row, which an editor can merge; a wrong equality would tell readers that two works
are one. So whatever is not certain stays apart.
"""

from common.urls import MalformedURL, canonical_url

from .arxiv import arxiv_id
from .identify import Identified, home_url, identify, identity

__all__ = ["Identified", "MalformedURL", "arxiv_id", "canonical_url", "home_url", "identify", "identity"]
