"""Look at the records that let mail of ours be trusted: before the first mail goes, and after every change of them."""

from email.utils import parseaddr

import dns.resolver
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partnering.mail_domain import ERROR, OK, NoAnswer, check_mail_domain


class Command(BaseCommand):
    help = (
        "Look up SPF, DKIM and DMARC of the domain in DEFAULT_FROM_EMAIL, and say what is missing or too loose. "
        "Ends with an error when mail will not be trusted."
    )

    def add_arguments(self, parser):
        parser.add_argument("--domain", help="another domain than that of DEFAULT_FROM_EMAIL")
        parser.add_argument("--selector", help="another DKIM key than that of DKIM_SELECTOR")
        parser.add_argument("--nameserver", help="the address of the one to ask, in place of the machine's own")
        parser.add_argument("--port", type=int, default=53, help="where that one listens")

    def handle(self, *args, domain, selector, nameserver, port, **options):
        domain = domain or parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        if "." not in domain:
            raise CommandError(
                f"Mail is from “{settings.DEFAULT_FROM_EMAIL}”. Set DEFAULT_FROM_EMAIL to an address of yours."
            )
        try:
            found = check_mail_domain(
                domain.lower().rstrip("."),
                selector=selector or settings.DKIM_SELECTOR,
                resolver=_resolver(nameserver, port) if nameserver else None,
            )
        except NoAnswer as error:
            raise CommandError(str(error)) from None
        for finding in found:
            style = {OK: self.style.SUCCESS, ERROR: self.style.ERROR}.get(finding.level, self.style.WARNING)
            self.stdout.write(f"{finding.name:<6}{style(f'{finding.level:<8}')} {finding.words}")
        if any(finding.level == ERROR for finding in found):
            raise CommandError("Mail from here will not be trusted yet.")


def _resolver(address, port):
    resolver = dns.resolver.Resolver(configure=False)
    resolver.port = port
    try:
        resolver.nameservers = [address]
    except ValueError:
        raise CommandError(f"“{address}” is no address of a name server, such as 9.9.9.9.") from None
    return resolver
