"""Mail kept as files, and mail sent to a real server."""

import email
import email.policy

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection


def message(subject, **more):
    made = EmailMultiAlternatives(subject, "Plain words – with a dash", "post@example.org", ["bea@example.org"], **more)
    made.attach_alternative("<p>Plain words</p>", "text/html")
    return made


def test_each_message_becomes_one_file_in_the_order_of_sending(tmp_path):
    connection = get_connection("partnering.mail.EmlBackend", folder=tmp_path / "mail")
    assert connection.send_messages([message("One"), message("Two"), message("Three")]) == 3
    kept = sorted((tmp_path / "mail").iterdir())
    assert [path.suffix for path in kept] == [".eml"] * 3
    parsed = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in kept]
    assert [one["Subject"] for one in parsed] == ["One", "Two", "Three"]
    assert parsed[0].get_body(("plain",)).get_content().strip() == "Plain words – with a dash"


def test_a_message_to_nobody_is_not_kept(tmp_path):
    connection = get_connection("partnering.mail.EmlBackend", folder=tmp_path)
    assert connection.send_messages([EmailMultiAlternatives("Nobody", "", "post@example.org", [])]) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_tests_never_write_into_the_trial_mailbox(tmp_path_factory):
    assert str(settings.MAIL_FOLDER).startswith(str(tmp_path_factory.getbasetemp()))


def test_a_real_mail_server_receives_the_whole_message(smtp_sink):
    message("Hello", headers={"Message-ID": "<one@example.org>"}).send()
    assert [one["Message-ID"] for one in smtp_sink.messages] == ["<one@example.org>"]
    assert smtp_sink.envelopes[0].rcpt_tos == ["bea@example.org"]
    assert smtp_sink.messages[0].get_body(("html",)).get_content().strip() == "<p>Plain words</p>"
