"""The table of contents of reflection: one list per room, in the order of the loop."""

from django.urls import path

from reflection.views import (
    actions,
    answers,
    checkins,
    drafts,
    framework,
    guests,
    insights,
    live,
    meetings,
    outcomes,
    pairs,
    participations,
    ratings,
    records,
    rhythms,
    rounds,
    screens,
    session_planning,
    session_running,
    sessions,
    themes,
    votes,
)

app_name = "reflection"

# /partnerships/<id>/framework/, /partnerships/<id>/activities/
framework_urls = [
    path("partnerships/<uuid:partnership_id>/framework/", framework.framework_detail, name="framework_detail"),
    path("partnerships/<uuid:partnership_id>/activities/", framework.activity_list, name="activity_list"),
]

# /partnerships/<id>/sessions/…, /sessions/<id>/…
session_urls = [
    path("partnerships/<uuid:partnership_id>/sessions/", sessions.session_list, name="session_list"),
    path("partnerships/<uuid:partnership_id>/sessions/plan/", session_planning.session_plan, name="session_plan"),
    path("sessions/<uuid:session_id>/", sessions.session_detail, name="session_detail"),
    path("sessions/<uuid:session_id>/plan/", session_planning.session_edit, name="session_edit"),
    path("sessions/<uuid:session_id>/preview/", session_planning.session_preview, name="session_preview"),
    path("sessions/<uuid:session_id>/schedule/", session_planning.session_schedule, name="session_schedule"),
    path("sessions/<uuid:session_id>/unschedule/", session_planning.session_unschedule, name="session_unschedule"),
    path("sessions/<uuid:session_id>/open/", session_planning.session_open, name="session_open"),
    path("sessions/<uuid:session_id>/run/", session_running.session_run, name="session_run"),
    path("sessions/<uuid:session_id>/more-time/", session_running.session_more_time, name="session_more_time"),
    path("sessions/<uuid:session_id>/end-writing/", session_running.session_end_writing, name="session_end_writing"),
    path("sessions/<uuid:session_id>/remind/", session_running.session_remind, name="session_remind"),
    path("sessions/<uuid:session_id>/reveal/", session_running.session_reveal, name="session_reveal"),
    path("sessions/<uuid:session_id>/write-for/", session_running.draft_write_for, name="draft_write_for"),
    path(
        "participations/<uuid:participation_id>/called/",
        session_running.participation_called,
        name="participation_called",
    ),
    path("sessions/<uuid:session_id>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("sessions/<uuid:session_id>/close/", sessions.session_close, name="session_close"),
    path("sessions/<uuid:session_id>/share/", sessions.session_share, name="session_share"),
]

# /rounds/<id>/… as facilitators move them
round_urls = [
    path("rounds/<uuid:round_id>/reveal/", rounds.round_reveal, name="round_reveal"),
    path("rounds/<uuid:round_id>/keep-closed/", rounds.round_keep_closed, name="round_keep_closed"),
    path("rounds/<uuid:round_id>/move/", rounds.round_move, name="round_move"),
]

# /rounds/<id>/write/…, /drafts/<id>/…
draft_urls = [
    path("rounds/<uuid:round_id>/rate/", ratings.round_rate, name="round_rate"),
    path("rounds/<uuid:round_id>/rate/save/", ratings.rating_save, name="rating_save"),
    path("rounds/<uuid:round_id>/ratings/", ratings.rating_list, name="rating_list"),
    path("rounds/<uuid:round_id>/write/", drafts.draft_write, name="draft_write"),
    path("rounds/<uuid:round_id>/write/save/", drafts.draft_save, name="draft_save"),
    path("drafts/<uuid:draft_id>/discard/", drafts.draft_discard, name="draft_discard"),
    path("drafts/<uuid:draft_id>/keep/", drafts.draft_keep, name="draft_keep"),
    path("drafts/<uuid:draft_id>/confirm/", drafts.draft_confirm, name="draft_confirm"),
    path("sessions/<uuid:session_id>/your-words/", drafts.draft_list, name="draft_list"),
    path("sessions/<uuid:session_id>/finish/", participations.participation_finish, name="participation_finish"),
    path("sessions/<uuid:session_id>/call/", participations.participation_call, name="participation_call"),
]

# /rounds/<id>/read/…, /answers/<id>/…
answer_urls = [
    path("rounds/<uuid:round_id>/read/", answers.answer_list, name="answer_list"),
    path("rounds/<uuid:round_id>/read/add/", answers.answer_add, name="answer_add"),
    path("answers/<uuid:answer_id>/take-back/", answers.answer_take_back, name="answer_take_back"),
    path("sessions/<uuid:session_id>/state/", screens.session_state, name="session_state"),
    path("sessions/<uuid:session_id>/ticket/", screens.session_ticket, name="session_ticket"),
]

# /rounds/<id>/sense/…, /themes/<id>/…
theme_urls = [
    path("rounds/<uuid:round_id>/sense/", themes.theme_board, name="theme_board"),
    path("rounds/<uuid:round_id>/themes/new/", themes.theme_create, name="theme_create"),
    path("answers/<uuid:answer_id>/move/", themes.answer_move, name="answer_move"),
    path("themes/<uuid:theme_id>/", themes.theme_update, name="theme_update"),
    path("themes/<uuid:theme_id>/differ/", themes.theme_differ, name="theme_differ"),
    path("themes/<uuid:theme_id>/merge/", themes.theme_merge, name="theme_merge"),
    path("themes/<uuid:theme_id>/delete/", themes.theme_delete, name="theme_delete"),
    path("rounds/<uuid:round_id>/choose/", votes.vote_choose, name="vote_choose"),
    path("answers/<uuid:answer_id>/dots/add/", votes.vote_add, name="vote_add"),
    path("answers/<uuid:answer_id>/dots/take/", votes.vote_take, name="vote_take"),
]

# /sessions/<id>/agree/…, /learnings/<id>/…, /decisions/<id>/…, /matters/<id>/…
outcome_urls = [
    path("sessions/<uuid:session_id>/agree/", outcomes.outcome_agree, name="outcome_agree"),
    path("sessions/<uuid:session_id>/learnings/", outcomes.learning_create, name="learning_create"),
    path("sessions/<uuid:session_id>/decisions/", outcomes.decision_create, name="decision_create"),
    path("sessions/<uuid:session_id>/matters/", outcomes.matter_create, name="matter_create"),
    path("learnings/<uuid:learning_id>/", outcomes.learning_update, name="learning_update"),
    path("learnings/<uuid:learning_id>/delete/", outcomes.learning_delete, name="learning_delete"),
    path("learnings/<uuid:learning_id>/review/", outcomes.learning_review, name="learning_review"),
    path("decisions/<uuid:decision_id>/", outcomes.decision_update, name="decision_update"),
    path("decisions/<uuid:decision_id>/delete/", outcomes.decision_delete, name="decision_delete"),
    path("matters/<uuid:matter_id>/settle/", outcomes.matter_settle, name="matter_settle"),
    path("matters/<uuid:matter_id>/delete/", outcomes.matter_delete, name="matter_delete"),
    path("partnerships/<uuid:partnership_id>/learning/", outcomes.learning_list, name="learning_list"),
]

# /actions/<id>/…
action_urls = [
    path("partnerships/<uuid:partnership_id>/actions/", actions.action_list, name="action_list"),
    path("sessions/<uuid:session_id>/actions/", actions.action_create, name="action_create"),
    path("actions/<uuid:action_id>/", actions.action_update, name="action_update"),
    path("actions/<uuid:action_id>/delete/", actions.action_delete, name="action_delete"),
    path("actions/<uuid:action_id>/accept/", actions.action_accept, name="action_accept"),
    path("actions/<uuid:action_id>/decline/", actions.action_decline, name="action_decline"),
    path("actions/<uuid:action_id>/review/", actions.action_review, name="action_review"),
    path("actions/<uuid:action_id>/complete/", actions.action_complete, name="action_complete"),
]

# /sessions/<id>/record/…, /partnerships/<id>/records/
record_urls = [
    path("sessions/<uuid:session_id>/record/numbers/", records.record_ratings, name="record_ratings"),
    path("sessions/<uuid:session_id>/record/", records.record_detail, name="record_detail"),
    path("sessions/<uuid:session_id>/record/word/", records.record_word, name="record_word"),
    path("sessions/<uuid:session_id>/record/table/", records.record_csv, name="record_csv"),
    path("partnerships/<uuid:partnership_id>/records/", records.record_list, name="record_list"),
    path("sessions/<uuid:session_id>/shared-record/", records.record_shared, name="record_shared"),
    path("programmes/<uuid:programme_id>/records/", records.record_shared_list, name="record_shared_list"),
]

# /partnerships/<id>/overview/
insight_urls = [
    path("partnerships/<uuid:partnership_id>/overview/", insights.insight_overview, name="insight_overview"),
]

# /partnerships/<id>/check-ins/, /check-ins/<id>/…; a link in a mail: /check-ins/reply/<token>/
checkin_urls = [
    path("partnerships/<uuid:partnership_id>/check-ins/", checkins.checkin_list, name="checkin_list"),
    path("check-ins/<uuid:checkin_id>/", checkins.checkin_detail, name="checkin_detail"),
    path("check-ins/<uuid:checkin_id>/answer/", checkins.checkin_answer, name="checkin_answer"),
    path("check-ins/<uuid:checkin_id>/not-now/", checkins.checkin_decline, name="checkin_decline"),
    path("check-ins/<uuid:checkin_id>/heard/", checkins.checkin_heard, name="checkin_heard"),
    path("check-ins/<uuid:checkin_id>/for-facilitators/", checkins.checkin_lead, name="checkin_lead"),
    path("check-ins/reply/<str:token>/", checkins.checkin_reply, name="checkin_reply"),
    path("check-ins/reply/<str:token>/sent/", checkins.checkin_reply_sent, name="checkin_reply_sent"),
]

# /partnerships/<id>/rhythm/…, /pauses/<id>/…
rhythm_urls = [
    path("partnerships/<uuid:partnership_id>/rhythm/", rhythms.rhythm_update, name="rhythm_update"),
    path("partnerships/<uuid:partnership_id>/rhythm/mail/", rhythms.rhythm_mail, name="rhythm_mail"),
    path("pauses/<uuid:pause_id>/delete/", rhythms.rhythm_pause_delete, name="rhythm_pause_delete"),
]

# /sessions/<id>/meeting/…, /calendar/…
meeting_urls = [
    path("sessions/<uuid:session_id>/meeting/", meetings.meeting_update, name="meeting_update"),
    path("sessions/<uuid:session_id>/meeting/call-off/", meetings.meeting_call_off, name="meeting_call_off"),
    path("calendar/", meetings.calendar_detail, name="calendar_detail"),
    path("calendar/renew/", meetings.calendar_renew, name="calendar_renew"),
    path("calendar/end/", meetings.calendar_end, name="calendar_end"),
    path("calendar/<str:token>/dates.ics", meetings.calendar_feed, name="calendar_feed"),
]

# /join/…: guests, told by the cookie of their session
guest_urls = [
    path("join/", guests.guest_code, name="guest_code"),
    path("join/waiting/", guests.guest_wait, name="guest_wait"),
    path("join/waiting/state/", guests.guest_state, name="guest_state"),
    path("join/waiting/again/", guests.guest_ask_again, name="guest_ask_again"),
    path("join/waiting/leave/", guests.guest_leave, name="guest_leave"),
    path("join/<str:code>/", guests.guest_join, name="guest_join"),
]

# /sessions/<id>/live/…: the console, the phones, the shared screen
live_urls = [
    path("rounds/<uuid:round_id>/together/", pairs.pair_detail, name="pair_detail"),
    path("rounds/<uuid:round_id>/together/alone/", pairs.pair_alone, name="pair_alone"),
    path("rounds/<uuid:round_id>/together/write/", pairs.pair_write, name="pair_write"),
    path("rounds/<uuid:round_id>/together/state/", pairs.pair_state, name="pair_state"),
    path("rounds/<uuid:round_id>/together/bring/", pairs.pair_bring, name="pair_bring"),
    path("rounds/<uuid:round_id>/together/join/", pairs.pair_join, name="pair_join"),
    path("rounds/<uuid:round_id>/together/pass/", pairs.pair_pass, name="pair_pass"),
    path("sessions/<uuid:session_id>/live/", live.live_console, name="live_console"),
    path("sessions/<uuid:session_id>/live/state/", live.live_console_state, name="live_console_state"),
    path("sessions/<uuid:session_id>/live/begin/", live.live_begin, name="live_begin"),
    path("sessions/<uuid:session_id>/live/lead/", live.live_lead, name="live_lead"),
    path("sessions/<uuid:session_id>/live/command/", live.live_command, name="live_command"),
    path("sessions/<uuid:session_id>/live/screen/", live.live_screen, name="live_screen"),
    path("sessions/<uuid:session_id>/live/screen/state/", live.live_screen_state, name="live_screen_state"),
    path("sessions/<uuid:session_id>/live/follow/", live.live_follow, name="live_follow"),
    path("sessions/<uuid:session_id>/live/follow/state/", live.live_follow_state, name="live_follow_state"),
    path("sessions/<uuid:session_id>/live/mine/", live.live_mine, name="live_mine"),
    path("sessions/<uuid:session_id>/live/here/", live.live_here, name="live_here"),
    path("sessions/<uuid:session_id>/live/finish/", live.live_finish, name="live_finish"),
    path("sessions/<uuid:session_id>/live/arrive/", live.live_arrive, name="live_arrive"),
    path("sessions/<uuid:session_id>/live/hand/", live.live_hand, name="live_hand"),
    path("sessions/<uuid:session_id>/live/pass/", live.live_pass, name="live_pass"),
    path("sessions/<uuid:session_id>/live/flag/", live.live_flag, name="live_flag"),
]

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
    *checkin_urls,
    *rhythm_urls,
    *meeting_urls,
    *guest_urls,
    *live_urls,
]
