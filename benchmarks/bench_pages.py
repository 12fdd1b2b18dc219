"""Queries and CPU of every main page against a bare signed-in view, at a usual size and at ten times the rows."""

import time
from statistics import median

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from benchmarks.house import ONCE, TENFOLD, build_house

ROUNDS, REPEATS = 3, 5
#: Queries a page may cost, whatever the number of rows (performance target T2).
MOST_QUERIES = 8


def pages_of(house):
    """(name, who opens it, path) of the main pages."""
    here = {"partnership_id": house.partnership.pk}
    closed, shown, running = ({"session_id": session.pk} for session in (house.closed, house.shown, house.open))
    lead, member = house.lead.person, house.member.person
    return [
        ("home", member, reverse("home")),
        ("home of who leads", lead, reverse("home")),
        ("sessions", member, reverse("reflection:session_list", kwargs=here)),
        ("plan a session", lead, reverse("reflection:session_plan", kwargs=here)),
        ("a session", member, reverse("reflection:session_detail", kwargs=running)),
        ("run a session", lead, reverse("reflection:session_run", kwargs=running)),
        ("write", member, reverse("reflection:draft_write", kwargs={"round_id": house.open.rounds.first().pk})),
        ("read", member, reverse("reflection:answer_list", kwargs={"round_id": house.shown.rounds.first().pk})),
        ("make sense", lead, reverse("reflection:theme_board", kwargs={"round_id": house.shown.rounds.first().pk})),
        ("agree", lead, reverse("reflection:outcome_agree", kwargs=shown)),
        ("record", member, reverse("reflection:record_detail", kwargs=closed)),
        ("learning", member, reverse("reflection:learning_list", kwargs=here)),
        ("actions", member, reverse("reflection:action_list", kwargs=here)),
        ("overview", lead, reverse("reflection:insight_overview", kwargs=here)),
        ("portrait", member, reverse("partnerships:partnership_detail", kwargs=here)),
        ("people", member, reverse("partnerships:membership_list", kwargs=here)),
        ("person", member, reverse("partnerships:membership_detail", kwargs={"membership_id": house.lead.pk})),
        ("my profile", member, reverse("partnerships:membership_profile", kwargs={"membership_id": house.member.pk})),
        ("groups around us", member, reverse("partnerships:stakeholder_list", kwargs=here)),
    ]


@override_settings(ROOT_URLCONF="benchmarks.urls", ALLOWED_HOSTS=["testserver"])
def run():
    call_command("load_frameworks", verbosity=0)
    usual, large = build_house(name="usual", **ONCE), build_house(name="large", **TENFOLD)
    rows = []
    for (name, who, path), (_, who_large, path_large) in zip(pages_of(usual), pages_of(large), strict=True):
        queries, ratio, floor, value = measure(who, path, usual)
        queries_large, ratio_large, floor_large, value_large = measure(who_large, path_large, large)
        rows += [
            row(f"{name}: queries", "queries", None, queries, None, MOST_QUERIES),
            row(f"{name}: queries at 10× rows less at 1×", "queries", None, queries_large - queries, None, 0),
            row(f"{name}: CPU", "ms", floor, value, ratio, None),
            row(f"{name}: CPU at 10× rows", "ms", floor_large, value_large, ratio_large, None),
        ]
    return rows


def row(name, unit, floor, value, ratio, target):
    return {"name": name, "unit": unit, "floor": floor, "value": value, "ratio": ratio, "target": target}


def measure(person, path, house):
    """Queries, and the median over rounds of the page's CPU against the bare view's, measured in turns."""
    client = Client()
    client.force_login(person)
    bare = reverse("bare", kwargs={"partnership_id": house.partnership.pk})
    for warm in (path, bare, path):
        response = client.get(warm)
        assert response.status_code == 200, (warm, response.status_code)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    queries = len(captured)  # now: the next request empties the log it reads
    floors, values = [], []
    for _ in range(ROUNDS):
        floors.append(cpu(client, bare))
        values.append(cpu(client, path))
    ratio = median(value / floor for value, floor in zip(values, floors, strict=True))
    return queries, round(ratio, 2), round(median(floors), 2), round(median(values), 2)


def cpu(client, path):
    """CPU milliseconds of this process for one request, over some repeats."""
    begun = time.process_time()
    for _ in range(REPEATS):
        client.get(path)
    return (time.process_time() - begun) * 1000 / REPEATS
