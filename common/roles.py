"""Roles: groups of Django's that hold permissions, made alike by migrations and by `manage.py ensure_roles`."""

from collections.abc import Iterable, Mapping


def permissions_of(apps, label: str) -> dict[str, tuple[type, str]]:
    """The permissions that the models of an app have, by codename: the model, and what the permission is called."""
    found = {}
    for model in apps.get_app_config(label).get_models():
        options = model._meta
        for action in options.default_permissions:
            found[f"{action}_{options.model_name}"] = model, f"Can {action} {options.verbose_name_raw}"
        found |= {codename: (model, name) for codename, name in options.permissions}
    return found


def grant(apps, granted: Mapping[str, Iterable[str]], *, using: str) -> int:
    """Give groups, by their name, permissions such as `issues.add_entry`; how many they did not have before.

    A group that is there already keeps what it has. Django makes permissions after the last migration only, so that
    what is missing, be it group, permission or content type, is made here. Raises LookupError for a permission that
    no model has.
    """
    groups = apps.get_model("auth", "Group").objects.using(using)
    count = 0
    for name, wanted in granted.items():
        group, _ = groups.get_or_create(name=name)
        held = set(group.permissions.values_list("pk", flat=True))
        missing = [row for row in _permissions(apps, wanted, using) if row.pk not in held]
        group.permissions.add(*missing)
        count += len(missing)
    return count


def _permissions(apps, wanted: Iterable[str], using: str) -> list:
    types = apps.get_model("contenttypes", "ContentType").objects.using(using)
    rows = apps.get_model("auth", "Permission").objects.using(using)
    found = []
    for permission in wanted:
        label, _, codename = permission.partition(".")
        known = permissions_of(apps, label)
        if codename not in known:
            raise LookupError(f"No model of {label} has a permission {codename}.")
        model, name = known[codename]
        kind, _ = types.get_or_create(app_label=label, model=model._meta.model_name)
        row, _ = rows.get_or_create(content_type=kind, codename=codename, defaults={"name": name})
        found.append(row)
    return found


def revoke(apps, granted: Mapping[str, Iterable[str]], *, using: str) -> None:
    """Take permissions from groups again. A group goes when it holds nothing and nobody any more."""
    for group in apps.get_model("auth", "Group").objects.using(using).filter(name__in=granted):
        for permission in granted[group.name]:
            label, _, codename = permission.partition(".")
            group.permissions.remove(*group.permissions.filter(content_type__app_label=label, codename=codename))
        if not (group.permissions.exists() or group.user_set.exists()):
            group.delete()
