from reflection.models.actions import Action, ActionOwner, ActionReview
from reflection.models.answers import Answer, Signature
from reflection.models.checkins import CheckIn, CheckInAnswer, CheckInFigure, CheckInInvitee
from reflection.models.drafts import Draft
from reflection.models.framework import (
    Activity,
    Characteristic,
    Framework,
    Prompt,
    Question,
    Resource,
)
from reflection.models.guests import Guest, JoinCode
from reflection.models.live import FlaggedWord, LivePlace, LiveRun
from reflection.models.live_voices import TalkingOrder, TalkingTurn, VoiceTotal
from reflection.models.meetings import CalendarFeed, Meeting
from reflection.models.outcomes import Decision, Learning, Matter
from reflection.models.pairs import Carried, Seat, SmallGroup, Together
from reflection.models.participations import Participation
from reflection.models.ratings import Rating, RatingCount, RatingDraft
from reflection.models.rhythms import Rhythm, RhythmPause
from reflection.models.rounds import Round
from reflection.models.sessions import Session
from reflection.models.themes import Placement, Theme
from reflection.models.votes import Vote

__all__ = [
    "Action",
    "ActionOwner",
    "ActionReview",
    "Activity",
    "Answer",
    "CalendarFeed",
    "Carried",
    "Characteristic",
    "CheckIn",
    "CheckInAnswer",
    "CheckInFigure",
    "CheckInInvitee",
    "Decision",
    "Draft",
    "FlaggedWord",
    "Framework",
    "Guest",
    "JoinCode",
    "Learning",
    "LivePlace",
    "LiveRun",
    "Matter",
    "Meeting",
    "Participation",
    "Placement",
    "Prompt",
    "Question",
    "Rating",
    "RatingCount",
    "RatingDraft",
    "Resource",
    "Rhythm",
    "RhythmPause",
    "Round",
    "Seat",
    "Session",
    "Signature",
    "SmallGroup",
    "TalkingOrder",
    "TalkingTurn",
    "Theme",
    "Together",
    "VoiceTotal",
    "Vote",
]
