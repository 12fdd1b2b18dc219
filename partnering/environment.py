"""What `settings.py` asks of the machine: a folder, a secret key, and a refusal to start unsafely."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50
FEWEST_DIFFERENT_CHARACTERS = 5
# Keys that circulate: the prefixes Django's own start command and common examples print. Anyone can sign with them.
KNOWN_KEY_MARKS = (
    "django-insecure-",
    "change-me",
    "changeme",
    "secret-key",
    "secretkey",
    "your-secret",
    "example",
    "partnering-test",
)


def prepare_folder(folder):
    """Make `var/` and the folders in it that the embedded services expect to find."""
    for name in ("", "mail", "cache", "static", "broker/queue", "broker/control"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def generated_key(folder):
    """Return this machine's own secret key, made on first use (66 random bytes, readable by its owner alone).

    The file is created under a name of its own and then linked into place, so two processes that start
    together agree on one key.
    """
    path = folder / "secret-key"
    if not path.exists():
        draft = folder / f".secret-key-{os.getpid()}-{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(66))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first: its key is the key
        finally:
            draft.unlink()
    return Path(path).read_text().strip()


def refuse_weak_key(key):
    """Raise ImproperlyConfigured when `key` is missing, short, repetitive or one that others know too."""
    if not key:
        raise ImproperlyConfigured(
            "SECRET_KEY is missing. In production you set it yourself: 50 random characters or more."
        )
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_DIFFERENT_CHARACTERS:
        raise ImproperlyConfigured(f"SECRET_KEY is too weak. Use at least {SHORTEST_KEY} random characters.")
    if any(mark in key.lower() for mark in KNOWN_KEY_MARKS):
        raise ImproperlyConfigured("SECRET_KEY looks like a published example. Make one of your own.")


def refuse_unsafe_production(*, debug, trial, allowed_hosts, key, fallback_keys, site_url):
    """Raise ImproperlyConfigured with one plain sentence when a production server would start unsafely (S17, S18)."""
    if debug:
        raise ImproperlyConfigured("DEBUG must be off in production: it shows the inside of the server to visitors.")
    if trial:
        raise ImproperlyConfigured("PARTNERING_TRIAL must be off in production: it lets anyone sign in as anyone.")
    if not allowed_hosts or any(host.startswith("*") or host == "." for host in allowed_hosts):
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the addresses this site answers to, without '*'.")
    if not site_url.startswith("https://"):
        raise ImproperlyConfigured("SITE_URL must be the address people use, beginning with https://.")
    refuse_weak_key(key)
    for old_key in fallback_keys:
        refuse_weak_key(old_key)
