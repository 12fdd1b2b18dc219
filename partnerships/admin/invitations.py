from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError

from partnerships.admin.base import OfficeAdmin
from partnerships.domain.invitations import invite_founder, resend_invitation, withdraw_invitation
from partnerships.enums import InvitationRole
from partnerships.models.invitations import Invitation
from partnerships.models.programmes import Programme


class FounderInviteForm(forms.ModelForm):
    """Asks someone to begin a partnership. The domain function does it; a refusal stands beside its field."""

    class Meta:
        model = Invitation
        fields = ["email", "full_name", "programme", "message"]
        labels = {"email": "Their mail address", "full_name": "Their name"}
        help_texts = {
            "full_name": "If you know it. They can change it.",
            "message": "In your own words: why them, and what you hope for. It stands in the mail, with your name.",
        }

    person = None  # who invites; set by the page

    def _post_clean(self):
        """The row is made by the domain function, in the same step as its checks: nothing else is saved."""
        if self.errors:
            return
        try:
            self.instance = invite_founder(by=self.person, **self.cleaned_data)
        except ValidationError as error:
            self.add_error(None, error)


@admin.register(Invitation)
class InvitationAdmin(OfficeAdmin):
    """Invitations to begin a partnership. Invitations into a partnership are its members' own and are not here."""

    list_display = ["email", "full_name", "programme", "state_in_words", "invited_by", "created_at", "times_sent"]
    list_filter = [("programme", admin.RelatedOnlyFieldListFilter), "created_at"]
    list_select_related = ["programme", "by"]
    search_fields = ["email", "full_name", "programme__name"]
    fields = [
        "email",
        "full_name",
        "programme",
        "message",
        "state_in_words",
        "invited_by",
        "created_at",
        "expires_at",
        "times_sent",
    ]
    readonly_fields = fields
    actions = ["send_again", "take_back"]
    may_be_added = True

    def in_office(self, rows, person):
        return rows.filter(programme__in=Programme.objects.administered_by(person).values("pk"))

    def get_queryset(self, request):
        return super().get_queryset(request).filter(role=InvitationRole.FOUNDER)

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None:
            return super().get_form(request, obj, change=change, **kwargs)
        form = super().get_form(request, obj, change=change, form=FounderInviteForm, **kwargs)
        form.base_fields["programme"].required = not request.user.is_superuser
        form.person = request.user
        return form

    def get_fields(self, request, obj=None):
        return self.fields if obj else FounderInviteForm.Meta.fields

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "programme":
            kwargs["queryset"] = Programme.objects.administered_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(
            request, form_url, {"title": "Invite someone to begin a partnership", **(extra_context or {})}
        )

    def save_model(self, request, obj, form, change):
        """Saved already, by the domain function, with its mail."""

    @admin.display(description="state")
    def state_in_words(self, invitation):
        return invitation.state.label

    @admin.display(description="invited by", ordering="by__full_name")
    def invited_by(self, invitation):
        return invitation.by or "The server"

    @admin.action(description="Send again, with a new link", permissions=["add"])
    def send_again(self, request, queryset):
        self._each(request, queryset, resend_invitation, "sent again")

    @admin.action(description="Take back", permissions=["add"])
    def take_back(self, request, queryset):
        self._each(request, queryset, withdraw_invitation, "taken back")

    def _each(self, request, queryset, act, done):
        for invitation in queryset:
            try:
                act(invitation=invitation, by=request.user)
            except ValidationError as error:
                self.message_user(request, f"{invitation.email}: {' '.join(error.messages)}", messages.ERROR)
            else:
                self.message_user(request, f"{invitation.email}: {done}.", messages.SUCCESS)
