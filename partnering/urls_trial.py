"""Trying out on one's own machine. These addresses are only there with PARTNERING_TRIAL (partnering/urls.py)."""

from django.urls import path

from partnering import views_trial

urlpatterns = [
    path("trial/", views_trial.trial_home, name="trial_home"),
    path("trial/sign-in/<uuid:person_id>/", views_trial.trial_sign_in, name="trial_sign_in"),
    path("trial/tick/", views_trial.trial_tick, name="trial_tick"),
    path("trial/check-in/", views_trial.trial_checkin, name="trial_checkin"),
    path("trial/reset/", views_trial.trial_reset, name="trial_reset"),
    path("trial/mail/", views_trial.trial_mail, name="trial_mail"),
    path("trial/mail/<str:name>/", views_trial.trial_message, name="trial_message"),
    path("trial/mail/<str:name>/page/", views_trial.trial_message_page, name="trial_message_page"),
]
