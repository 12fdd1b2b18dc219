"""When we meet: a beginning and an end on the partnership's own clock."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from reflection.forms.moments import LocalMomentField


class MeetingUpdateForm(forms.Form):
    starts_at = LocalMomentField(label="Begins")
    ends_at = LocalMomentField(label="Ends")

    def __init__(self, data=None, *, session, meeting=None, at=None, **kwargs):
        zone = session.partnership.zone
        if meeting and not meeting.called_off_at:
            initial = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
        else:
            # The morning after writing ends, for an hour and a half: something to change, not an empty box.
            day = timezone.localtime(max(session.closes_at, at or timezone.now()), zone) + timedelta(days=1)
            begins = day.replace(hour=10, minute=0, second=0, microsecond=0)
            initial = {"starts_at": begins, "ends_at": begins + timedelta(minutes=90)}
        super().__init__(data, initial=initial, **kwargs)
        for field in self.fields.values():
            field.zone = zone
