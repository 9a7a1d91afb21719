"""The people of the desk, each in the group of their role."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from akira.roles import ensure_roles

# Who asks, from those who may least to those who may most. A stranger has an account at the desk and no role.
ROLES = ("anonymous", "stranger", "contributor", "editor", "publisher", "superuser")


def make_person(role, name=None, **values):
    """Somebody who comes to the desk; None where nobody is logged in."""
    if role == "anonymous":
        return None
    users = get_user_model().objects
    if role == "superuser":
        return users.create_superuser(name or role, password="a long password", **values)
    person = users.create_user(name or role, password="a long password", is_staff=True, **values)
    if role != "stranger":
        # A test that empties the database takes the groups, which migrations made, with it.
        ensure_roles()
        person.groups.add(Group.objects.get(name=role))
    return person
