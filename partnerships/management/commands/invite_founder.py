from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from partnerships.domain.invitations import invite_founder
from partnerships.emails import invitation_url
from partnerships.models.programmes import Programme


class Command(BaseCommand):
    help = "Invite someone to begin a partnership. The mail goes out with the next tick of the clock; the link is printed too."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="their full name")
        parser.add_argument("--programme", default="", help="the name of the programme the partnership will belong to")

    def handle(self, *, email, name, programme, **options):
        try:
            found = Programme.objects.get(name__iexact=programme) if programme else None
        except Programme.DoesNotExist:
            raise CommandError(f"No programme is called “{programme}”.") from None
        try:
            invitation = invite_founder(email=email, full_name=name, programme=found)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"Invited {invitation.email}. The link works until {invitation.expires_at:%-d %B %Y}:")
        self.stdout.write(invitation_url(invitation))
