"""What all pages of the desk share: saving through the form, so that only what was touched is written."""

from django.contrib import admin, messages
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

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except self.refusals as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
