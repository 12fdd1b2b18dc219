"""Whether the world can tell that mail from us is ours: SPF, DKIM and DMARC of the sender's domain (trust E14).

Without them our mail goes to the junk, or anybody may write in our name. They are records in the DNS that whoever runs
the server adds; here they are read, and each that is missing or too loose is told in words.
"""

import base64
import binascii
from dataclasses import dataclass

import dns.exception
import dns.resolver
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

OK, WARNING, ERROR = "ok", "warning", "error"
SHORTEST_KEY, SHORT_KEY = 1024, 2048  # bits (RFC 8301)
MOST_REDIRECTS = 10


class NoAnswer(Exception):
    """No name server answered, so nobody knows what is there."""


@dataclass(frozen=True)
class Finding:
    """What was found out about one of the three records."""

    name: str
    level: str
    words: str


def check_mail_domain(domain, *, selector, resolver=None):
    """Look at the records of a domain that mail comes from. Returns a Finding for SPF, one for DKIM, one for DMARC.

    Arguments:
        domain: what stands behind the @ of the sender.
        selector: the name under which the mail service keeps its DKIM key; "" leaves that unknown.
        resolver: a dns.resolver.Resolver; the machine's own when left out.

    Raises NoAnswer when the DNS cannot be asked.
    """
    ask = Records(resolver or dns.resolver.Resolver())
    return [
        Finding("SPF", *_spf(ask, domain)),
        Finding("DKIM", *_dkim(ask, domain, selector)),
        Finding("DMARC", *_dmarc(ask, domain)),
    ]


class Records:
    """The text records of a name, each as one piece."""

    def __init__(self, resolver):
        self._resolver = resolver

    def __call__(self, name, beginning=""):
        """Those that begin with a word, whatever the case of its letters; [] where there are none."""
        try:
            answer = self._resolver.resolve(name, "TXT", search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise NoAnswer(f"Nobody could say what is at {name} ({type(error).__name__}). Try again.") from error
        texts = [b"".join(row.strings).decode(errors="replace").strip() for row in answer]
        return [text for text in texts if text.lower().startswith(beginning)]


# --- SPF: which servers may send (RFC 7208) -------------------------------------------------------------------------
def _spf(ask, domain):
    for _ in range(MOST_REDIRECTS):
        found = [text for text in ask(domain, "v=spf1") if text.lower().split()[0] == "v=spf1"]
        if not found:
            return (
                ERROR,
                f"{domain} does not say which servers may send its mail. Add a TXT record, such as “v=spf1 mx -all”.",
            )
        if len(found) > 1:
            return ERROR, f"{domain} has {len(found)} SPF records, so none of them holds. Keep one."
        terms = found[0].lower().split()[1:]
        everyone = next((term for term in terms if term.lstrip("+-~?") == "all"), "")
        elsewhere = next((term.partition("=")[2] for term in terms if term.startswith("redirect=")), "")
        if everyone or not elsewhere:
            return _for_everyone_else(domain, everyone)
        domain = elsewhere
    return ERROR, f"The SPF records lead on to each other, at last to {domain}. Name the servers in one of them."


def _for_everyone_else(domain, everyone):
    if everyone in ("all", "+all"):
        return ERROR, f"Every server in the world may send mail of {domain}. End its SPF record with “-all”."
    if everyone == "?all" or not everyone:
        return (
            WARNING,
            f"{domain} does not say what to do with mail from other servers. End its SPF record with “-all”.",
        )
    return OK, f"{domain} names the servers that send its mail."


# --- DKIM: what our mail is signed with (RFC 6376) ---------------------------------------------------------------------
def _dkim(ask, domain, selector):
    if not selector:
        return WARNING, "Not looked at: set DKIM_SELECTOR to the name that your mail service gives its key."
    name = f"{selector}._domainkey.{domain}"
    found = ask(name)
    if not found:
        return ERROR, f"There is no key at {name}. Add the TXT or CNAME record that your mail service names."
    if len(found) > 1:
        return ERROR, f"There are {len(found)} records at {name}. Keep the one that your mail service names."
    tags = _tags(found[0])
    level, words = _key(name, tags)
    if level == OK and "y" in tags.get("t", "").lower().split(":"):
        return WARNING, f"The key at {name} says that it is being tried out (t=y), so nobody has to heed it."
    return level, words


def _key(name, tags):
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return ERROR, f"What is at {name} is no key. Copy it again from your mail service."
    if not tags["p"]:
        return ERROR, f"The key at {name} was taken back (p= is empty)."
    if tags.get("k", "rsa").lower() != "rsa":
        return OK, f"There is a key at {name}."
    try:
        key = load_der_public_key(base64.b64decode("".join(tags["p"].split()), validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey):
        return ERROR, f"The key at {name} cannot be read. Copy it again from your mail service."
    if key.key_size < SHORT_KEY:
        level = ERROR if key.key_size < SHORTEST_KEY else WARNING
        return level, f"The key at {name} has {key.key_size} bits. Ask your mail service for one of {SHORT_KEY}."
    return OK, f"There is a key of {key.key_size} bits at {name}."


# --- DMARC: what to do with mail that is not ours (RFC 7489) -----------------------------------------------------------
def _dmarc(ask, domain):
    labels = domain.split(".")
    for place in [".".join(labels[start:]) for start in range(len(labels) - 1)]:
        found = ask(f"_dmarc.{place}", "v=dmarc1")
        if len(found) > 1:
            return ERROR, f"There are {len(found)} DMARC records at _dmarc.{place}, so none of them holds. Keep one."
        if found:
            tags = {name: value.lower() for name, value in _tags(found[0]).items()}
            policy = tags.get("p", "")
            # A domain without a record of its own has what the one above says for those under it.
            return _what_to_do(f"_dmarc.{place}", tags.get("sp", policy) if place != domain else policy, tags)
    return (
        ERROR,
        f"{domain} does not say what to do with forged mail. Add a TXT record at _dmarc.{domain}, such as “v=DMARC1; p=quarantine”.",
    )


def _what_to_do(place, policy, tags):
    if policy == "none":
        return (
            WARNING,
            f"{place} lets forged mail through (p=none). Once your own mail passes, say p=quarantine or p=reject.",
        )
    if policy not in ("quarantine", "reject"):
        return ERROR, f"{place} does not say what to do with forged mail. Add p=quarantine or p=reject."
    if tags.get("pct", "100") != "100":
        return WARNING, f"{place} speaks of {tags['pct']} in 100 forged mails only (pct). Leave pct out."
    if tags.get("t") == "y":
        return WARNING, f"{place} says that it is being tried out (t=y)."
    return OK, f"{place} says what to do with forged mail: {policy}."


def _tags(text):
    """`v=DMARC1; p=none` as a dict, names in small letters."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}
