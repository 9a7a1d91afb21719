"""Django's PostgreSQL backend on the embedded cluster, which it starts or joins with the first connection."""
