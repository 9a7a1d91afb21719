"""One module per format out: a document in, text out."""
