"""The mails of reflection, a file for each room. Their words are in `templates/reflection/emails/`.

No mail carries an answer, a question in its subject, or a name other than of those who lead (trust E13). Each is
asked again just before it goes: still in the group, still open, still unfinished.
"""

# Registering the kinds of mail is the imports' whole purpose.
from reflection.emails import checkins, digest, meetings, reminders, sessions  # noqa: F401
