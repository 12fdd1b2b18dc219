from datetime import date

import pytest
from django.core.exceptions import ValidationError

from partnerships.domain.leads import begin_lead_term, end_lead_term
from partnerships.enums import LeadAgreed
from partnerships.models.leads import LeadTerm
from partnerships.models.organisations import Organisation
from partnerships.tests.factories import make_organisation, moment

pytestmark = pytest.mark.django_db
NOW = moment("2026-11-30 12:00")


@pytest.fixture
def begin(larkmere, amina):
    organisation = Organisation.objects.get(name="Voluntary Action Larkmere")
    return lambda **fields: begin_lead_term(
        **{"partnership": larkmere, "organisation": organisation, "by": amina, "at": NOW} | fields
    )


def test_a_term_begins_today_and_ends_when_it_is_said(begin, amina):
    term = begin(covers=" Holds the money. ", agreed=LeadAgreed.TOGETHER)
    assert (term.starts_on, term.ends_on, term.covers, term.agreed) == (
        date(2026, 11, 30),
        None,
        "Holds the money.",
        "together",
    )
    end_lead_term(lead_term=term, by=amina, at=moment("2027-01-04 12:00"))
    assert LeadTerm.objects.get().ends_on == date(2027, 1, 4)
    with pytest.raises(ValidationError, match="ended on 4 January 2027 already"):
        end_lead_term(lead_term=term, by=amina)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "fits"),
    [
        ((2026, 1, 1), (2026, 5, 31), True),
        ((2026, 1, 1), (2026, 6, 1), False),
        ((2026, 7, 1), (2026, 8, 1), False),
        ((2026, 1, 1), (2026, 12, 31), False),
        ((2026, 1, 1), None, False),
        ((2026, 9, 30), None, False),
        ((2026, 10, 1), None, True),
    ],
)
def test_terms_of_one_organisation_do_not_overlap(begin, starts_on, ends_on, fits):
    begin(starts_on=date(2026, 6, 1), ends_on=date(2026, 9, 30))
    dates = {"starts_on": date(*starts_on), "ends_on": ends_on and date(*ends_on)}
    if fits:
        begin(**dates)
    else:
        with pytest.raises(ValidationError, match="leads on that day already"):
            begin(**dates)
    assert LeadTerm.objects.count() == 1 + fits


def test_several_may_lead_at_once(begin, larkmere):
    begin()
    other = make_organisation("Vale Buses")
    begin(organisation=other)
    assert LeadTerm.objects.on(date(2026, 12, 1)).count() == 2
    assert other in larkmere.organisations.all()


def test_a_term_that_would_end_before_it_begins_is_refused(begin, amina):
    term = begin()
    with pytest.raises(ValidationError, match="The end is before the beginning"):
        end_lead_term(lead_term=term, by=amina, ends_on=date(2026, 11, 29))
    assert LeadTerm.objects.get().ends_on is None
