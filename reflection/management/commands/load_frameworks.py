from pathlib import Path

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from reflection.domain.framework import load_framework

SENTENCES = {
    "created": "{framework} is loaded and in use.",
    "unchanged": "{framework} is loaded already. Nothing to do.",
    "updated": "{framework} has its new words. No session had used the old ones.",
    "new version": "{framework} is in use from now on. Earlier sessions keep their words.",
}


class Command(BaseCommand):
    help = "Load the framework files, or those named. Safe to repeat: what has not changed is left alone."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="A framework file in YAML.")

    def handle(self, *, paths, **options):
        folder = Path(apps.get_app_config("reflection").path) / "frameworks"
        try:
            with transaction.atomic():  # several files: all of them or none
                done = [load_framework(path=path) for path in paths or sorted(folder.glob("*.yaml"))]
        except ValidationError as error:
            raise CommandError("\n".join(["Nothing was loaded.", *error.messages])) from error
        for loaded in done:
            self.stdout.write(SENTENCES[loaded.outcome].format(framework=loaded.framework))
