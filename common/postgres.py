"""The PostgreSQL that Akira starts for itself where no other database is named."""


class ClusterError(Exception):
    """The embedded database cannot be used; the message says why and what to do, in one line."""
