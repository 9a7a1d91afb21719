"""What all pages of the desk share: saving through the form, so that only what was touched is written."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect


class WatchedAdmin(admin.ModelAdmin):
    """An admin whose forms are WatchedForms: they save themselves, and name what others saved meanwhile.

    `refusals` are the errors of verbs that become a message; nothing is saved then.
    """

    refusals: tuple[type[Exception], ...] = ()
    show_full_result_count = False
    list_per_page = 50

    def save_model(self, request, obj, form, change):
        form.write()

    def changelist_view(self, request, extra_context=None):
        # Django passes over an action that somebody is not offered, without a word.
        if request.method == "POST" and request.POST.get("action", "") not in ("", *self.get_actions(request)):
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except self.refusals as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
