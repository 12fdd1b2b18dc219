"""The table of contents of reflection: one list per room, in the order of the loop."""

from django.urls import path

from reflection.views import framework

app_name = "reflection"

# /partnerships/<id>/framework/, /partnerships/<id>/activities/
framework_urls = [
    path("partnerships/<uuid:partnership_id>/framework/", framework.framework_detail, name="framework_detail"),
    path("partnerships/<uuid:partnership_id>/activities/", framework.activity_list, name="activity_list"),
]

# /partnerships/<id>/sessions/…, /sessions/<id>/…
session_urls = []

# /rounds/<id>/… as facilitators move them
round_urls = []

# /rounds/<id>/write/…, /drafts/<id>/…
draft_urls = []

# /rounds/<id>/read/…, /answers/<id>/…
answer_urls = []

# /rounds/<id>/sense/…, /themes/<id>/…
theme_urls = []

# /sessions/<id>/agree/…, /learnings/<id>/…, /decisions/<id>/…, /matters/<id>/…
outcome_urls = []

# /actions/<id>/…
action_urls = []

# /sessions/<id>/record/…, /partnerships/<id>/records/
record_urls = []

# /partnerships/<id>/overview/
insight_urls = []

urlpatterns = [
    *framework_urls,
    *session_urls,
    *round_urls,
    *draft_urls,
    *answer_urls,
    *theme_urls,
    *outcome_urls,
    *action_urls,
    *record_urls,
    *insight_urls,
]
