"""What the tests of writing share: the page of a round, and what its box sends."""

from uuid import uuid4

from django.urls import reverse


def page(round):
    return reverse("reflection:draft_write", kwargs={"round_id": round.pk})


def autosave(round):
    return reverse("reflection:draft_save", kwargs={"round_id": round.pk})


def box(whose, body, button="next", **fields):
    return {"place": whose.pk, "draft_id": uuid4(), "version": 0, "body": body, button: "1"} | fields
