"""Bad files: each mistake is named with file, line and field. A good file says what the framework says."""

import pytest
from django.core.exceptions import ValidationError

from reflection.domain.framework_files import fingerprint, read_framework
from reflection.tests.frameworks import BUILT_IN

PROMPT_COUNTS = {"purpose": 5, "role": 3, "people": 4, "work": 6, "learning": 4}
TITLES = [
    "What is the purpose of the partnership’s work?",
    "What is the distinctive role of this partnership?",
    "Who are the partnership’s members and stakeholders?",
    "How is work being shared and recognised within the partnership?",
    "How is the partnership learning and adapting?",
]


@pytest.fixture
def problems(tmp_path):
    """What is said about the built-in file with one piece of it replaced."""

    def read(old, new):
        text = BUILT_IN.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "ours.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ValidationError) as caught:
            read_framework(path)
        return caught.value.messages

    return read


def line_of(words):
    text = BUILT_IN.read_text(encoding="utf-8")
    return text[: text.index(words)].count("\n") + 1


def test_built_in_framework_has_the_five_questions_with_a_prompt_for_every_point():
    content = read_framework(BUILT_IN)
    assert [question["title"] for question in content["questions"]] == TITLES
    assert {question["key"]: len(question["prompts"]) for question in content["questions"]} == PROMPT_COUNTS
    assert len(content["characteristics"]) == 12
    assert "The King’s Fund" in content["attribution"]
    assert content["source_url"].startswith("https://www.kingsfund.org.uk/")


def test_built_in_framework_names_every_resource_of_the_source():
    content = read_framework(BUILT_IN)
    assert [[resource["key"] for resource in question["resources"]] for question in content["questions"]] == [
        ["uncover-purpose"],
        ["myrons-maxims"],
        ["stakeholder-analysis", "human-centred-design"],
        ["four-player-model", "group-dynamics"],
        ["appreciative-inquiry", "transitions-model"],
    ]
    assert [resource["author"] for resource in content["resources"]] == [
        "NHS England",
        "NHS England",
        "Kaleidoscope Health and Care",
        "Institute for Voluntary Action Research",
        "Institute for Voluntary Action Research",
        "Public Health England",
        "Baird and others (2018); Bell and Allwood (2019); Department of Health and others (2016)",
    ]


def test_built_in_prompts_are_short_questions_and_no_two_are_alike():
    texts = [prompt["text"] for question in read_framework(BUILT_IN)["questions"] for prompt in question["prompts"]]
    assert [text for text in texts if not text.endswith("?")] == []
    assert [text for text in texts if len(text) > 90] == []
    assert len(set(texts)) == 22


SHORT = "short_title: Purpose"
MINUTES = "minutes: 15"


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        (SHORT, "short_title: ''", "questions 1 › short_title", "write something here."),
        (
            SHORT,
            "short_title: yes",
            "questions 1 › short_title",
            "this should be words, but it is read as yes or no. Put it in quotes.",
        ),
        (
            SHORT,
            "short_title: 2024-01-02",
            "questions 1 › short_title",
            "this should be words, but it is read as a date. Put it in quotes.",
        ),
        (SHORT, f"short_title: {'x' * 21}", "questions 1 › short_title", "this has 21 characters. Make it 20 at most."),
        (
            SHORT,
            r'short_title: "a\0b"',
            "questions 1 › short_title",
            "there is a character in it that cannot be kept. Type it again.",
        ),
        (MINUTES, "minutes: 0", "activities 1 › minutes", "this should be a whole number from 1 to 240."),
        (MINUTES, "minutes: true", "activities 1 › minutes", "this should be a whole number from 1 to 240."),
        (MINUTES, f"minutes: {'9' * 6000}", "activities 1 › minutes", "this should be a whole number from 1 to 240."),
        (
            "source_url: https",
            "source_url: javascript",
            "source_url",
            (
                "“javascript://www.kingsfund.org.uk/insight-and-analysis/long-reads/learning-framework-for-partnering” will not do. "
                "A link begins with https://."
            ),
        ),
        (
            "- key: who-gains",
            "- key: Who gains",
            "questions 1 › prompts 1 › key",
            "“Who gains” will not do. Use small letters, numbers and hyphens only.",
        ),
    ],
)
def test_wrong_value_is_named_with_line_and_field(problems, old, new, field, words):
    assert problems(old, new) == [f"ours.yaml, line {line_of(old)}, {field}: {words}"]


def test_unknown_and_missing_field(problems):
    question = line_of("key: purpose")
    assert problems(SHORT, "shorttitle: Purpose") == [
        (
            f"ours.yaml, line {line_of(SHORT)}, questions 1 › shorttitle: there is no such field. "
            "Choose from key, title, short_title, explanation, prompts, resources."
        ),
        f"ours.yaml, line {question}, questions 1 › short_title: this field is missing.",
    ]


def test_field_given_twice(problems):
    line = line_of(SHORT) + 1
    assert problems(SHORT, f"{SHORT}\n    {SHORT}") == [
        f"ours.yaml, line {line}, questions 1 › short_title: this field is here twice. Keep one."
    ]


def test_key_given_to_two_prompts(problems):
    line = line_of("- key: what-changes")
    assert problems("- key: who-gains", "- key: what-changes") == [
        f"ours.yaml, line {line}, questions 1 › prompts 2 › key: “what-changes” is the key of two of these. Each needs its own."
    ]


def test_key_given_to_two_resources_far_apart(problems):
    line = line_of("- key: vcse-checklist")
    assert problems("key: myrons-maxims", "key: vcse-checklist") == [
        f"ours.yaml, line {line}, resources › key: “vcse-checklist” is the key of two of these. Each needs its own."
    ]


def test_eleven_signs(problems):
    sign = "  - key: roles\n    text: We know who does what\n    help: Jobs are clear. They can also change when life does.\n"
    line = line_of("characteristics:") + 1
    assert problems(sign, "") == [
        f"ours.yaml, line {line}, characteristics: there should be 12 of these, and there are 11."
    ]


def test_question_with_another_key(problems):
    line = line_of("key: purpose")
    assert problems("key: purpose", "key: goals") == [
        (
            f"ours.yaml, line {line}, questions 1 › key: this should be “purpose”. "
            "The five keys stay the same, so that we can look back over the years."
        )
    ]


def test_activity_of_a_question_that_is_not_there(problems):
    line = line_of("- key: steer-nudge-hope")
    assert problems("question: role", "question: roles") == [
        (
            f"ours.yaml, line {line}, activities steer-nudge-hope › question: “roles” is not the key of a question. "
            "Choose from purpose, role, people, work, learning."
        )
    ]


def test_every_mistake_is_named_at_once(problems):
    assert len(problems("short_title: Purpose\n", "short_title: ''\n    colour: amber\n")) == 2


def test_broken_yaml(problems):
    line = line_of("questions:") + 1
    assert problems("questions:", "questions: [")[0].startswith(
        f"ours.yaml, line {line}, the whole file: this is not YAML ("
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", "[" * 400_000, "{a: " * 50])
def test_file_without_a_framework(tmp_path, text):
    path = tmp_path / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValidationError, match=r"ours\.yaml, line 1, the whole file: there is no framework in it\."):
        read_framework(path)


def test_file_that_is_a_list(tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text("- one\n", encoding="utf-8")
    with pytest.raises(
        ValidationError, match=r"ours\.yaml, line 1, the whole file: this should be a group of fields: key, name"
    ):
        read_framework(path)


def test_file_that_is_absent_or_not_text_or_too_large(tmp_path):
    with pytest.raises(ValidationError, match=r"absent\.yaml: we cannot read this file \(No such file or directory\)"):
        read_framework(tmp_path / "absent.yaml")
    picture = tmp_path / "picture.yaml"
    picture.write_bytes(b"key: \xff\xfe")
    with pytest.raises(ValidationError, match=r"picture\.yaml: this file is not UTF-8 text"):
        read_framework(picture)
    large = tmp_path / "large.yaml"
    large.write_text("#" * 500_001, encoding="utf-8")
    with pytest.raises(ValidationError, match=r"large\.yaml: this file is larger than 500,000 bytes"):
        read_framework(large)


def test_fingerprint_sees_words_and_not_comments(tmp_path):
    text = BUILT_IN.read_text(encoding="utf-8")
    same, other = tmp_path / "same.yaml", tmp_path / "other.yaml"
    same.write_text(f"# a comment\n{text}\n", encoding="utf-8")
    other.write_text(text.replace("Who should be better off", "Who is better off"), encoding="utf-8")
    built_in = fingerprint(read_framework(BUILT_IN))
    assert fingerprint(read_framework(same)) == built_in
    assert fingerprint(read_framework(other)) != built_in
