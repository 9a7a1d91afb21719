"""The addresses of the composer, all below that of its issue."""

from . import adding, arranging, illustrations, saving, views

# What comes behind `compose/`, the name, and the view.
PAGES = [
    ("", "compose", views.compose),
    ("state/", "compose_state", views.state),
    ("edit/", "compose_edit", views.edit),
    ("place/", "compose_place", views.place),
    ("preview/", "compose_preview", views.preview),
    ("topics/", "compose_topics", views.topics),
    ("save/", "compose_save", saving.save),
    ("figure/", "compose_figure", illustrations.figure),
    ("move/", "compose_move", arranging.move),
    ("remove/", "compose_remove", arranging.remove),
    ("restore/", "compose_restore", arranging.restore),
    ("add/", "compose_add", adding.add),
    ("add-section/", "compose_add_section", adding.add_section),
    ("add-highlight/", "compose_add_highlight", adding.add_highlight),
    ("link/", "compose_link", adding.link),
    ("fetch/", "compose_fetch", adding.fetch),
]
