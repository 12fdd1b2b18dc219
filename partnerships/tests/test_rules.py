import pytest

from partnerships import rules
from partnerships.enums import SeenBy


def test_every_row_has_its_own_key():
    with pytest.raises(ValueError, match="already"):
        rules.add_rule(rules.PROFILE)
    assert len({rule.key for rule in rules.all_rules()}) == len(rules.all_rules())


@pytest.mark.django_db
@pytest.mark.parametrize("rule", rules.all_rules(), ids=lambda rule: rule.key)
def test_the_words_on_the_page_are_what_the_code_answers(house, rule):
    """For every row and reader: "No" is refused, "If you chose" follows the choice, every other word is let in."""
    of = house.of("bea")
    readers = {"you": of, "facilitators": house.of("amina"), "group": house.of("tom"), "readers": house.of("fay")}
    for column, reader in readers.items():
        word = getattr(rule, column)
        found = {chosen: rule.allows(to=reader, of=of, chosen=chosen) for chosen in SeenBy}
        if word == rules.IF_YOU_CHOSE:
            wanted = {SeenBy.GROUP: True, SeenBy.FACILITATORS: column == "facilitators", SeenBy.ME: False}
        else:
            wanted = dict.fromkeys(SeenBy, word != rules.NO)
        assert found == wanted, column
    for stranger in (house.of("dan", house.quarry_end), house.of("lena"), None):
        assert not any(rule.allows(to=stranger, of=of, chosen=chosen) for chosen in SeenBy)
