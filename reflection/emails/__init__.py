"""The mails of reflection, a file for each room. Their words are in `templates/reflection/emails/`.

No mail carries an answer, a question in its subject, or a name other than of those who lead (trust E13). Each is
asked again just before it goes: still in the group, still open, still unfinished.
"""

from reflection.emails import checkins, sessions  # noqa: F401  registering the kinds of mail is the import's whole purpose
