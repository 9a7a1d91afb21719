"""The rules of the preflight, one module each, all of one shape; adding one is copying one.

A module is named after its code, with `_` for `-`. It states

- `CODE`, `SEVERITY` and `TITLE`, what it is called in lists;
- as its docstring what it finds, in a sentence or two, which the documentation repeats;
- `find(facts)`, which yields findings, asks the database nothing, and never raises, whatever the issue holds;
- `WAIVABLE = False` where no reason may let its findings stand. A finding can say so for itself, too.
"""
