"""The table of contents: home, health, accounts, the admin, and the two apps."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path
from django.views.decorators.http import require_safe

from partnering import views, views_home, views_pages

# Nobody here is in a group, and an address follows its person: whoever could change one here could sign in as them.
admin.site.unregister([Group, EmailAddress])
# The admin's own sign-in page would know neither our rate limits nor sign-in by code (S6). Its form is closed to those who
# have signed in as well: with it, one of the staff could try the passwords of the others.
admin.site.login = secure_admin_login(require_safe(admin.site.login))
admin.site.site_header = admin.site.site_title = "Partnering: programme admin"
admin.site.index_title = "Programmes, partnerships and people"
admin.site.enable_nav_sidebar = False  # its script remembers its state in the browser's storage

urlpatterns = [
    path("", views_home.home, name="home"),
    path("health/live/", views.health_live, name="health_live"),
    path("health/ready/", views.health_ready, name="health_ready"),
    path("who-can-see-what/", views_pages.who_can_see_what, name="who_can_see_what"),
    path("accessibility/", views_pages.accessibility, name="accessibility"),
    path("help/", views_pages.help, name="help"),
    path("accounts/", include("allauth.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
    *([path("", include("partnering.urls_trial"))] if settings.TRIAL else []),
    path("", include("partnerships.urls")),
    path("", include("reflection.urls")),
]

handler400 = "partnering.views.bad_request"
handler403 = "partnering.views.forbidden"
