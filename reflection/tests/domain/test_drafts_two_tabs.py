"""No sequence of saves from two tabs, with replies that get lost, ever loses a text (trust L3)."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reflection.domain.drafts import save_draft
from reflection.models.drafts import Draft
from reflection.tests.sessions import make_open


class Tab:
    """A page as it behaves: it knows a draft, a version and what it sent without hearing back."""

    def __init__(self, place, round, draft_id):
        self.place, self.round = place, round
        self.draft_id, self.version, self.unheard, self.seen = draft_id, 0, [], set()

    def open(self):
        """The page is loaded: it shows what is stored, and so its writer has seen it."""
        draft = Draft.objects.filter(pk=self.draft_id).first()
        if draft:
            self.version, self.unheard = draft.version, []
            self.seen.add(draft.body)

    def save(self, body, *, heard):
        saved = save_draft(
            participation=self.place,
            round=self.round,
            body=body,
            draft_id=self.draft_id,
            expected=self.version,
            unheard=self.unheard,
        )
        self.seen.add(body)
        if not heard:
            self.unheard.append(body)
            return
        self.draft_id, self.version, self.unheard = saved.draft.pk, saved.draft.version, []


STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["save", "save, no reply", "reload"]),
        st.sampled_from(["a", "b", "c", "ab", "abc", "d"]),
    ),
    min_size=2,
    max_size=14,
)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(steps=STEPS, same_draft=st.booleans())
def test_a_text_goes_only_by_the_hand_of_somebody_who_saw_it(larkmere, framework, lead, steps, same_draft):
    session = larkmere.sessions.first() or make_open(larkmere, framework, lead)
    place, round = session.participations.first(), session.rounds.get()
    place.drafts.all().delete()
    shared = uuid4()
    tabs = [Tab(place, round, shared), Tab(place, round, shared if same_draft else uuid4())]
    for number, step, text in steps:
        tab = tabs[number]
        if step == "reload":
            tab.open()
            continue
        before = set(place.drafts.values_list("body", flat=True))
        tab.save(text, heard=step == "save")
        after = set(place.drafts.values_list("body", flat=True))
        assert text in after
        assert before - after <= tab.seen, "words went that this tab never saw"
