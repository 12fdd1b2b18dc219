from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from partnerships.enums import LeadAgreed
from partnerships.models.leads import LeadTerm
from partnerships.models.partnerships import Partnership


@transaction.atomic
def begin_lead_term(
    *, partnership, organisation, by, starts_on=None, ends_on=None, covers="", agreed=LeadAgreed.NOT_DISCUSSED, at=None
):
    """Write down that an Organisation leads, from a date (None: today), what that covers and how it was agreed.

    More than one may lead. Raises ValidationError when it leads already, or the dates do not fit.
    """
    partnership = Partnership.objects.lock().get(pk=partnership.pk)
    term = LeadTerm(
        partnership=partnership,
        organisation=organisation,
        starts_on=starts_on or partnership.local_date(at or timezone.now()),
        ends_on=ends_on,
        covers=covers.strip(),
        agreed=agreed,
    )
    term.full_clean()
    same = partnership.lead_terms.filter(organisation=organisation)
    if (
        same.on(term.starts_on).exists()
        or same.filter(starts_on__gte=term.starts_on, starts_on__lte=term.ends_on or term.starts_on.max).exists()
    ):
        raise ValidationError({"starts_on": f"{organisation.name} leads on that day already. End that term first."})
    term.save(force_insert=True)
    partnership.organisations.add(organisation)
    return term


@transaction.atomic
def end_lead_term(*, lead_term, by, ends_on=None, at=None):
    """End a term on a date (None: today). Raises ValidationError when it has ended already or would end before it begins."""
    lead_term.refresh_from_db(from_queryset=LeadTerm.objects.select_for_update(no_key=True))
    if lead_term.ends_on:
        raise ValidationError(f"This term ended on {lead_term.ends_on:%-d %B %Y} already.")
    lead_term.ends_on = ends_on or lead_term.partnership.local_date(at or timezone.now())
    lead_term.full_clean()
    lead_term.save(update_fields=["ends_on"])
    return lead_term
