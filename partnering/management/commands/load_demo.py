from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from partnering.demo.build import Story
from partnering.demo.people import real_people
from partnerships.domain.dispatch import send_dispatches
from partnerships.models import Person


class Command(BaseCommand):
    help = "Load the demonstration: three made-up partnerships. Only while trying out, never over real people; a second load changes nothing."

    def handle(self, **options):
        if not settings.TRIAL:
            raise CommandError(
                "The demonstration is for trying out only: set PARTNERING_TRIAL=1 on a machine of your own."
            )
        if real_people().exists():
            raise CommandError(
                "There are real people in this database, so the made-up ones stay out. Nothing was changed."
            )
        if Person.objects.exists():
            self.stdout.write("The demonstration is loaded already.")
            return
        Story().tell()
        send_dispatches()  # so that there is mail to read from the first moment
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # SQLite never counts its rows by itself, and seeks the long way round
        self.stdout.write(f"Loaded the demonstration: {Person.objects.count()} people in three partnerships.")
