"""Pages of the desk that several apps share."""
