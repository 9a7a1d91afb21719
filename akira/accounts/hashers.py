"""How passwords are hashed."""

from django.contrib.auth import hashers


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Argon2id with the memory that OWASP recommends, 46 MiB, instead of Django's 100.

    Each thread of the web server may be hashing at the same moment, and whoever guesses passwords decides how many
    do: with Django's figures eight threads would take 800 MiB.
    """

    time_cost = 2
    memory_cost = 47_104
    parallelism = 1
