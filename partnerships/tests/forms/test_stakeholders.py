from types import SimpleNamespace

import pytest

from partnerships.forms.stakeholders import looks_like_a_person

RUTH = SimpleNamespace(full_name="Ruth Castle")


@pytest.mark.parametrize(
    "name",
    [
        "Councillor Maureen Tuck",
        "Cllr Tuck",
        "Dr. Ade Bello",
        "The surgery of Dr Bello",
        "ruth  castle",
        "Friends of Ruth Castle",
    ],
)
def test_a_title_or_the_name_of_one_of_us_may_be_a_person(name):
    assert looks_like_a_person(name, [RUTH])


@pytest.mark.parametrize(
    "name",
    [
        "Larkmere Housing",
        "The ward councillor for Eastfold",
        "Castle Ward residents",
        "Quarry End tenants",
        "NHS Vale GP group",
    ],
)
def test_a_group_or_a_role_is_not(name):
    assert not looks_like_a_person(name, [RUTH])
