"""The kinds of pictures that are let in, a module each: what their files hold, and how they lose what nobody sees.

Each says by `is_this(data)` whether bytes claim to be of its kind, and by `strip(data)` gives them without metadata:
the same pixels, and the same bytes again where they were stripped before. A damaged file is ImageRefused.
"""
