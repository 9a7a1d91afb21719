"""Any page of the web, read for what it says of itself. Pure: text in, a record out."""

from .reading import read

__all__ = ["read"]
