"""One module per format in, all of one shape.

Each reader module has
- `NAME`: the word for `--format`,
- `recognises(source) -> bool`: whether a file is in this form, judged by its structure and cheap,
- `read(source) -> Iterator[IssueDocument]`: pure, touches no model; raises UnknownForm with the first line that did
  not fit. Whatever it can't place goes to `leftovers` with its line numbers, never away.

Adding a format is copying a module and naming it in `registry.READERS`, most particular form first. Modules whose name
starts with `_` are what several readers share.
"""
