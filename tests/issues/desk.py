"""What a browser would send back from a page of the desk: every field of its form, as it was shown."""

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.urls import reverse


def page(model, name, *arguments):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=arguments)


def _shown(bound):
    """What the widgets of a field would post, hidden ones included."""
    posted = _by_widget(bound.html_name, bound.field.widget, bound.value())
    if bound.field.show_hidden_initial:
        value = bound.field.prepare_value(bound.initial)
        posted |= _by_widget(bound.html_initial_name, bound.field.hidden_widget(), value)
    return posted


def _by_widget(name, widget, value):
    if isinstance(widget, RelatedFieldWidgetWrapper):
        widget = widget.widget
    if widget.needs_multipart_form:
        return {}
    if isinstance(widget, forms.CheckboxInput):
        return {name: "on"} if value else {}
    shown = widget.format_value(value)
    return {name: "" if shown is None else shown}


def opened(client, address):
    """The data of the form on a page, ready to be changed and posted."""
    context = client.get(address).context
    found = [context["adminform"].form]
    for inline in context.get("inline_admin_formsets", []):
        found += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in found:
        for bound in form:
            data |= _shown(bound)
    return data


def errors(response):
    """All complaints on a page that was refused."""
    return [
        error
        for messages in response.context["errors"]
        for error in (messages if isinstance(messages, list) else [messages])
    ]
