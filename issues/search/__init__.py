"""Search in three scripts: what was asked, the index that the database keeps, and what is found in it."""
