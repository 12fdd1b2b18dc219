from datetime import date

import pytest
from django.core.exceptions import ValidationError

from partnerships.domain.programmes import create_programme
from partnerships.models.programmes import Programme
from partnerships.tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_whoever_begins_a_programme_looks_after_it():
    first, second = make_person(), make_person()
    programme = create_programme(name="Good Neighbours", by=first, administrators=[second])
    assert set(programme.administrators.all()) == {first, second}
    assert list(Programme.objects.administered_by(first)) == [programme]
    assert not Programme.objects.administered_by(make_person()).exists()


def test_a_programme_does_not_end_before_it_begins():
    with pytest.raises(ValidationError, match="The end is before the beginning"):
        create_programme(name="Short", by=make_person(), starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1))
    assert not Programme.objects.exists()
