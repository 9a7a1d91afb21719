"""The store of finished pages: what readers get without a query, and without being made again."""
