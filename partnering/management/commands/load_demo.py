from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partnering.demo.build import Story, is_demo
from partnerships.models import Person


class Command(BaseCommand):
    help = (
        "Load the demonstration: three made-up partnerships. Only while trying out, never over real people; a second load changes nothing."
    )

    def handle(self, **options):
        if not settings.TRIAL:
            raise CommandError("The demonstration is for trying out only: set PARTNERING_TRIAL=1 on a machine of your own.")
        people = list(Person.objects.all())
        if any(not is_demo(person) for person in people):
            raise CommandError("There are real people in this database, so the made-up ones stay out. Nothing was changed.")
        if people:
            self.stdout.write("The demonstration is loaded already.")
            return
        Story().tell()
        self.stdout.write(f"Loaded the demonstration: {Person.objects.count()} people in three partnerships.")
