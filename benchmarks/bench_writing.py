"""What writing and showing cost: the same queries for five drafts as for one, for 200 answers as for five."""

import time
from uuid import uuid4

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from benchmarks.bench_pages import REPEATS, cpu, row
from benchmarks.house import ONCE, build_house, open_session_of, write_one
from reflection.domain.drafts import finish_writing
from reflection.domain.rounds_reveal import reveal_round
from reflection.models import Draft


def queries_of(work):
    with CaptureQueriesContext(connection) as captured:
        result = work()
    return len(captured), result


@override_settings(ROOT_URLCONF="benchmarks.urls", ALLOWED_HOSTS=["testserver"])
def run():
    call_command("load_frameworks", verbosity=0)
    house = build_house(name="writing", **ONCE)
    return [*finishing(house), *revealing(house), *autosaving(house)]


def finishing(house):
    people = [member for member in house.partnership.memberships.current() if member.pk != house.lead.pk]
    one, five = write_one(house.open, people[0], questions=1), write_one(house.open, people[1], questions=5)
    first, _ = queries_of(lambda: finish_writing(participation=one))
    second, _ = queries_of(lambda: finish_writing(participation=five))
    return [row("finish five drafts against one", "queries", first, second, round(second / first, 2), 1)]


def revealing(house):
    counts = {}
    for drafts in (5, 200):
        session = open_session_of(house.partnership, house.lead, house.open.opens_at, show=False)
        round_ = session.rounds.first()
        places = list(session.participations.all())
        Draft.objects.bulk_create(
            Draft(participation=places[n % len(places)], round=round_, body=f"Words {n}", ready=True)
            for n in range(drafts)
        )
        begun = time.process_time()
        counts[drafts], revealed = queries_of(lambda r=round_: reveal_round(round=r, by=house.lead))
        assert revealed.answers == drafts
        counts[f"{drafts} ms"] = round((time.process_time() - begun) * 1000, 2)
    return [
        row("reveal 200 answers against 5", "queries", counts[5], counts[200], round(counts[200] / counts[5], 2), 1),
        row(
            "reveal 200 answers against 5: CPU",
            "ms",
            counts["5 ms"],
            counts["200 ms"],
            round(counts["200 ms"] / counts["5 ms"], 2),
            None,
        ),
    ]


def autosaving(house):
    """One autosave over HTTP, against the bare signed-in view."""
    client = Client()
    client.force_login(house.member.person)
    round_ = house.open.rounds.last()
    save = reverse("reflection:draft_save", kwargs={"round_id": round_.pk})
    bare = reverse("bare", kwargs={"partnership_id": house.partnership.pk})
    place = house.open.participations.get(membership=house.member)
    draft, version = str(uuid4()), 0

    def one():
        nonlocal version
        answer = client.post(
            save, {"place": str(place.pk), "draft_id": draft, "version": version, "body": f"Words, version {version}"}
        )
        assert answer.status_code == 200, answer.content
        version = answer.json()["version"]

    one()
    queries, _ = queries_of(one)
    floor = cpu(client, bare)
    begun = time.process_time()
    for _ in range(REPEATS):
        one()
    value = (time.process_time() - begun) * 1000 / REPEATS
    return [
        row("autosave: queries", "queries", None, queries, None, 12),
        row("autosave: CPU", "ms", round(floor, 2), round(value, 2), round(value / floor, 2), None),
    ]
