from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.access import partnership_access
from partnerships.enums import Role
from reflection.charts.turnout import draw_turnout
from reflection.charts.visits import draw_visits, width_of
from reflection.domain.insights import overview_of


@require_safe
@partnership_access(Role.MEMBER)
def insight_overview(request, partnership):
    overview = overview_of(reader=request.membership)
    context = {
        "partnership": partnership,
        "overview": overview,
        "bars": draw_turnout(overview.turnouts),
        "rows": [(visit, draw_visits(visit), width_of(visit)) for visit in overview.questions],
    }
    return render(request, "reflection/insights/insight_overview.html", context)
