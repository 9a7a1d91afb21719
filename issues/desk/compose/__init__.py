"""The composer: the one page of the desk on which an issue is made."""
