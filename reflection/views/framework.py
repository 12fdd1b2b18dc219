from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.access import partnership_access
from partnerships.enums import Role
from reflection.models.framework import Framework


@require_safe
@partnership_access(Role.MEMBER)
def framework_detail(request, partnership):
    framework = Framework.objects.with_words().for_planning(partnership)
    return render(request, "reflection/framework/framework_detail.html", {"framework": framework})


@require_safe
@partnership_access(Role.MEMBER)
def activity_list(request, partnership):
    framework = Framework.objects.with_activities().for_planning(partnership)
    return render(request, "reflection/framework/activity_list.html", {"framework": framework})
