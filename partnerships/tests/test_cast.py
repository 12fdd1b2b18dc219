import pytest

from partnerships.enums import Sector
from partnerships.models.members import Membership

pytestmark = pytest.mark.django_db


def test_the_cast_is_twelve_from_four_sectors(larkmere):
    here = (
        Membership.objects.current()
        .taking_part()
        .filter(partnership=larkmere)
        .select_related("organisation", "partnership")
    )
    sectors = [membership.sector for membership in here]
    assert {sector: sectors.count(sector) for sector in Sector} == {
        Sector.NHS: 3,
        Sector.COUNCIL: 3,
        Sector.VCSE: 4,
        Sector.RESIDENT: 2,
        Sector.OTHER: 0,
    }


def test_house_knows_everybody(house):
    assert house.of("lena").left_on.isoformat() == "2026-09-30"
    assert house.of("fay").observes
    assert house.of("piotr", house.quarry_end).facilitates
    assert house.larkmere.minimum_group == 5
