"""Pages of Django's admin that ask the table of rights, instead of one permission for all rows of a model."""

from django.contrib import admin

from issues.rights import may, require


class PermittedAdmin(admin.ModelAdmin):
    """`adding`, `changing` and `removing` are verbs of `issues/rights.py`; the last two are asked with the row.

    Django asks without a row whether there is a list, an action or a link at all.
    """

    viewing, adding, changing, removing = "view", "", "", ""

    def has_view_permission(self, request, obj=None):
        return may(request.user, self.viewing, obj)

    def has_add_permission(self, request):
        return may(request.user, self.adding)

    def has_change_permission(self, request, obj=None):
        return may(request.user, self.changing, obj)

    def has_delete_permission(self, request, obj=None):
        return may(request.user, self.removing, obj)

    def history_view(self, request, object_id, extra_context=None):
        require(request.user, "history")
        return super().history_view(request, object_id, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["may_see_history"] = may(request.user, "history", obj)
        return super().render_change_form(request, context, add, change, form_url, obj)


class PermittedInline(admin.options.InlineModelAdmin):
    """Rows on the page of the row in which they stand. Django asks with that row, so each verb is asked with it.

    Whoever may write one row here may write all of them: `verbs` are demanded together.
    """

    verbs: tuple[str, ...] = ()

    def _may(self, request, parent):
        return all(may(request.user, verb, parent) for verb in self.verbs)

    def has_view_permission(self, request, obj=None):
        return may(request.user, "view", obj)

    def has_add_permission(self, request, obj):
        return self._may(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, obj)
