"""Static files as we publish them: named by their content, compressed, and with the stylesheet in one piece."""

import posixpath
import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLESHEET = "css/partnering.css"
IMPORT = re.compile(r"""@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>\w+)\);""")
URL = re.compile(r"""url\((?P<quote>["']?)(?P<path>(?!data:|https?:|/|#)[^"')]+)(?P=quote)\)""")
NOT_WHEN_JOINED = re.compile(r"""@charset "[^"]+";|/\*# sourceMappingURL=.*?\*/""")


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Puts every part of the stylesheet into one file: a phone on a slow line waits once, not once for each part.

    Each part keeps its layer, so nothing but the number of requests changes. Without this storage (tests, a bare
    manage.py) the browser follows the imports itself. Scripts import each other by the same published names.
    """

    # Only our own scripts, and only as we write it: comments of packages speak of imports that are not there.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "js/*.js",
            (
                (
                    r"""(?P<matched>import \{(?P<names>[^}]*)\} from "(?P<url>\./[^"]+)";)""",
                    """import {%(names)s} from "%(url)s";""",
                ),
            ),
        ),
    )

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run and STYLESHEET in paths:
            joined = join_stylesheet(STYLESHEET, lambda name: _read(paths, name))
            self.delete(STYLESHEET)
            self._save(STYLESHEET, ContentFile(joined.encode()))
            paths = {**paths, STYLESHEET: (self, STYLESHEET)}
        yield from super().post_process(paths, dry_run, **options)


def _read(paths, name):
    storage, path = paths[name]
    with storage.open(path) as source:
        return source.read().decode()


def join_stylesheet(name, read):
    """The text of a stylesheet with each of its layered imports in place; `read` gives the text of a static file by name.

    Raises KeyError or FileNotFoundError, whatever `read` raises, for an import that is not there.
    """
    folder = posixpath.dirname(name)

    def in_place(found):
        part = posixpath.normpath(posixpath.join(folder, found["path"]))
        text = NOT_WHEN_JOINED.sub("", read(part))
        moved = URL.sub(lambda url: f'url("{_from(folder, part, url["path"])}")', text)
        return f"@layer {found['layer']} {{\n{moved}\n}}"

    return IMPORT.sub(in_place, read(name))


def _from(folder, part, path):
    """A link that stood in `part`, as it must be written in a file of `folder`."""
    return posixpath.relpath(posixpath.join(posixpath.dirname(part), path), folder)
