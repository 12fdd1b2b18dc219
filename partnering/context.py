"""What every template knows: the page's place in the house. Asks the database for nothing but a refusal's names."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property

from partnering.templatetags.icons import icon_svg, sector_svg

# The part of the navigation that a view belongs to, by the noun its URL name begins with.
SECTIONS = {
    "sessions": (
        "session",
        "round",
        "question",
        "participation",
        "draft",
        "answer",
        "theme",
        "placement",
        "vote",
        "record",
        "outcome",
        "live",
    ),
    "people": ("membership", "partnership", "invitation", "stakeholder", "organisation", "lead", "member"),
    "learning": ("learning", "decision", "action", "checkin", "rhythm"),
    "overview": ("insight",),
    "home": ("home",),
}
PARTNERSHIPS_KEY = "my_partnerships"


@dataclass(frozen=True)
class NavItem:
    section: str
    words: str
    icon: str
    url: str
    current: bool


def remember_partnerships(request, partnerships):
    """Keep the names of a person's partnerships in the session, so that the header can offer them without a query.

    Call it where the list is at hand anyway (home, after joining or leaving). Writes only when something changed.
    """
    kept = [[str(partnership.pk), partnership.name] for partnership in partnerships]
    if request.session.get(PARTNERSHIPS_KEY) != kept:
        request.session[PARTNERSHIPS_KEY] = kept


class Page:
    """Read by base.html as `page`. Everything is computed when asked for, from what the doors put on the request."""

    def __init__(self, request):
        self.request = request

    @property
    def trial(self):
        return settings.TRIAL

    @cached_property
    def membership(self):
        return getattr(self.request, "membership", None)

    @cached_property
    def partnership(self):
        return getattr(self.request, "partnership", None)

    @cached_property
    def theme(self):
        """ "light", "dark" or "device"; a visitor's page follows the device."""
        user = getattr(self.request, "user", None)
        return getattr(user, "theme", "") or "device"

    @cached_property
    def section(self):
        match = getattr(self.request, "resolver_match", None)
        noun = (match.url_name or "").partition("_")[0] if match else ""
        return next((section for section, nouns in SECTIONS.items() if noun in nouns), "")

    @cached_property
    def nav(self):
        """The main navigation: nothing without a partnership, only the records for a reader, Overview for those who lead."""
        if not (self.partnership and self.membership):
            return []
        if self.membership.observes:
            return self._items(("sessions", "Records", "records", "reflection:record_list"))
        items = [
            ("home", "Home", "home", "home"),
            ("sessions", "Sessions", "sessions", "reflection:session_list"),
            ("people", "People", "people", "partnerships:membership_list"),
            ("learning", "Learning", "learning", "reflection:learning_list"),
        ]
        if self.membership.facilitates:
            items.append(("overview", "Overview", "overview", "reflection:insight_overview"))
        return self._items(*items)

    def _items(self, *rows):
        found = []
        for section, words, icon, name in rows:
            if url := self.url_of(name):
                found.append(NavItem(section, words, icon_svg(icon), url, section == self.section))
        return found

    def url_of(self, name):
        """The address of a page of this partnership, or "" where there is no such page."""
        kwargs = {} if name == "home" else {"partnership_id": self.partnership.pk}
        try:
            return reverse(name, kwargs=kwargs)
        except NoReverseMatch:
            return ""

    @cached_property
    def my_url(self):
        """My own page in this partnership."""
        if not self.membership:
            return ""
        try:
            return reverse("partnerships:membership_detail", kwargs={"membership_id": self.membership.pk})
        except NoReverseMatch:
            return ""

    @cached_property
    def my_mark(self):
        """My sector's mark, when knowing it costs no query."""
        membership = self.membership
        if not membership or (membership.organisation_id and "organisation" not in membership._state.fields_cache):
            return ""
        return sector_svg(str(membership.sector))

    @cached_property
    def leads(self):
        """The short names of those who facilitate here, for the page that says no (one query)."""
        return [
            membership.person.short_name
            for membership in self.partnership.memberships.current().facilitating().by_name()
        ]

    @cached_property
    def others(self):
        """My other partnerships, as [id, name] pairs."""
        session = getattr(self.request, "session", None)
        here = str(self.partnership.pk) if self.partnership else ""
        return [pair for pair in session.get(PARTNERSHIPS_KEY, []) if pair[0] != here] if session is not None else []


def page(request):
    return {"page": Page(request)}
