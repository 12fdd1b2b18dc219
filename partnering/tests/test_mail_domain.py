"""What is said about the records of a domain that mail comes from, read from a real name server."""

import base64
import io
import socketserver
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import CommandError, call_command

from partnering.mail_domain import check_mail_domain

DOMAIN = "post.partnering.test"
KEY = f"box._domainkey.{DOMAIN}"


def key(bits):
    numbers = rsa.RSAPublicNumbers(65537, (1 << (bits - 1)) + 1).public_key()
    return base64.b64encode(numbers.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


ED25519 = base64.b64encode(ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
ED25519_AS_RSA = base64.b64encode(
    ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
GOOD = {
    DOMAIN: ["v=spf1 mx -all", "another=word"],
    KEY: [f"v=DKIM1; k=rsa; p={key(2048)}"],
    f"_dmarc.{DOMAIN}": ["v=DMARC1; p=reject"],
}


@pytest.fixture(scope="module")
def name_server():
    """A real one, that knows what is in `records` and answers nothing about names in `silent`."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self):
            words, line = self.request
            question = dns.message.from_wire(words)
            name = question.question[0].name
            known = server.records.get(name.to_text(omit_final_dot=True))
            if known == "silence":
                return
            answer = dns.message.make_response(question)
            answer.flags |= dns.flags.RA
            if known is None:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            elif known:
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *map(pieces, known)))
            line.sendto(answer.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def pieces(text):
    """A text as a name server keeps it: in quotation marks, 255 letters at most in each piece."""
    return " ".join(f'"{text[start : start + 255]}"' for start in range(0, len(text), 255))


@pytest.fixture
def look(name_server):
    def look(records, selector="box"):
        import dns.resolver

        name_server.records = GOOD | records
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], name_server.server_address[1], 0.3
        return {found.name: found for found in check_mail_domain(DOMAIN, selector=selector, resolver=resolver)}

    return look


def test_a_domain_that_is_in_order(look):
    assert {name: (found.level, found.words) for name, found in look({}).items()} == {
        "SPF": ("ok", f"{DOMAIN} names the servers that send its mail."),
        "DKIM": ("ok", f"There is a key of 2048 bits at {KEY}."),
        "DMARC": ("ok", f"_dmarc.{DOMAIN} says what to do with forged mail: reject."),
    }


def test_a_domain_without_records(look):
    found = look({DOMAIN: [], KEY: None, f"_dmarc.{DOMAIN}": None})
    assert [each.level for each in found.values()] == ["error"] * 3
    assert "does not say which servers may send its mail" in found["SPF"].words
    assert found["DKIM"].words.startswith(f"There is no key at {KEY}.")
    assert "v=DMARC1; p=quarantine" in found["DMARC"].words


@pytest.mark.parametrize(
    ("records", "level", "words"),
    [
        (["v=spf1 mx ~all"], "ok", "names the servers"),
        (["V=SPF1 MX -ALL"], "ok", "names the servers"),
        (["v=spf1 mx ?all"], "warning", "other servers"),
        (["v=spf1 mx"], "warning", "other servers"),
        (["v=spf1 mx all"], "error", "Every server in the world"),
        (["v=spf1 +all"], "error", "Every server in the world"),
        (["v=spf1 mx -all", "v=spf1 a -all"], "error", "2 SPF records"),
        (["v=spf10 mx -all"], "error", "does not say which servers"),
        (["v=spf1 redirect=there.test"], "error", "Every server in the world may send mail of there.test"),
        (["v=spf1 redirect=nowhere.test"], "error", "nowhere.test does not say which servers"),
        (["v=spf1 redirect=round.test"], "error", "lead on to each other"),
        (["v=spf1 redirect=round.test -all"], "ok", "names the servers"),
    ],
)
def test_spf(look, records, level, words):
    elsewhere = {"there.test": ["v=spf1 +all"], "round.test": ["v=spf1 redirect=round.test"]}
    found = look({DOMAIN: records} | elsewhere)["SPF"]
    assert found.level == level
    assert words in found.words


@pytest.mark.parametrize(
    ("records", "level", "words"),
    [
        ([f"p={key(4096)}"], "ok", "4096 bits"),
        ([f"v=DKIM1; k=ed25519; p={ED25519}"], "ok", "There is a key"),
        ([f"v=DKIM1; p={key(1024)}"], "warning", "has 1024 bits"),
        ([f"v=DKIM1; p={key(768)}"], "error", "has 768 bits"),
        ([f"v=DKIM1; t=s:y; p={key(2048)}"], "warning", "being tried out"),
        (["v=DKIM1; p="], "error", "was taken back"),
        (["v=DKIM1; p=not!base64"], "error", "cannot be read"),
        (["v=DKIM1; p=AAAA"], "error", "cannot be read"),
        ([f"v=DKIM1; p={ED25519_AS_RSA}"], "error", "cannot be read"),
        (["welcome"], "error", "is no key"),
        ([f"p={key(2048)}", "p=AAAA"], "error", "2 records"),
    ],
)
def test_dkim(look, records, level, words):
    found = look({KEY: records})["DKIM"]
    assert found.level == level
    assert words in found.words


def test_dkim_whose_name_nobody_told(look):
    found = look({}, selector="")["DKIM"]
    assert (found.level, "DKIM_SELECTOR" in found.words) == ("warning", True)


@pytest.mark.parametrize(
    ("own", "above", "level", "words"),
    [
        (["v=DMARC1; p=quarantine; rua=mailto:x@partnering.test"], None, "ok", "quarantine"),
        (["v=DMARC1; p=none"], None, "warning", "lets forged mail through"),
        (["v=DMARC1; p=reject; pct=20"], None, "warning", "20 in 100"),
        (["v=DMARC1; p=reject; t=y"], None, "warning", "being tried out"),
        (["v=DMARC1"], None, "error", "Add p=quarantine"),
        (["v=DMARC1; p=maybe"], None, "error", "Add p=quarantine"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], None, "error", "2 DMARC records"),
        (None, ["v=DMARC1; p=reject"], "ok", "_dmarc.partnering.test"),
        (None, ["v=DMARC1; p=reject; sp=none"], "warning", "lets forged mail through"),
        (["v=DMARC1; p=reject; sp=none"], None, "ok", "reject"),
    ],
)
def test_dmarc(look, own, above, level, words):
    found = look({f"_dmarc.{DOMAIN}": own, "_dmarc.partnering.test": above})["DMARC"]
    assert found.level == level
    assert words in found.words


# --- The command -------------------------------------------------------------------------------------------------------
@pytest.fixture
def command(name_server, settings):
    settings.DEFAULT_FROM_EMAIL = f"Partnering <hello@{DOMAIN}>"
    settings.DKIM_SELECTOR = "box"

    def command(records, **options):
        name_server.records = GOOD | records
        said = io.StringIO()
        port = name_server.server_address[1]
        try:
            call_command("check_mail_domain", nameserver="127.0.0.1", port=port, stdout=said, **options)
        except CommandError as error:
            return said.getvalue().splitlines(), str(error)
        return said.getvalue().splitlines(), ""

    return command


def test_check_mail_domain_says_a_line_for_each_record(command):
    lines, error = command({})
    assert error == ""
    assert [line.split()[:2] for line in lines] == [["SPF", "ok"], ["DKIM", "ok"], ["DMARC", "ok"]]
    lines, error = command({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none"]})
    assert (error, lines[2].split()[1]) == ("", "warning")
    lines, error = command({KEY: None})
    assert (error, lines[1].split()[1]) == ("Mail from here will not be trusted yet.", "error")


def test_check_mail_domain_of_another_domain_and_key(command):
    other = {"other.test": ["v=spf1 -all"], "new._domainkey.other.test": [f"p={key(2048)}"]}
    lines, _ = command(other, domain="other.test", selector="new")
    assert [line.split()[1] for line in lines] == ["ok", "ok", "error"]


def test_check_mail_domain_without_a_sender_or_an_answer(command, settings, monkeypatch):
    monkeypatch.setattr("dns.resolver.Resolver.lifetime", 0.2, raising=False)
    assert command({DOMAIN: "silence"})[1].startswith(f"Nobody could say what is at {DOMAIN}")
    with pytest.raises(CommandError, match="no address of a name server"):
        call_command("check_mail_domain", nameserver="somewhere")
    settings.DEFAULT_FROM_EMAIL = "Partnering <partnering@localhost>"
    assert "Set DEFAULT_FROM_EMAIL" in command({})[1]
