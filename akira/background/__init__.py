"""Background work: rows that are due, handed to a queue by a tick, and taken out of it by the threads of workers."""
