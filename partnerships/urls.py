"""Who we are: a table of contents, one list per room."""

from django.urls import path

from partnerships.views import (
    bounces,
    founding,
    invitations,
    leads,
    mail_choices,
    members,
    partnerships,
    people,
    stakeholders,
)

app_name = "partnerships"

# /partnerships/<id>/…
partnership_urls = [
    path("partnerships/<uuid:partnership_id>/", partnerships.partnership_detail, name="partnership_detail"),
    path("partnerships/<uuid:partnership_id>/change/", partnerships.partnership_update, name="partnership_update"),
    path(
        "partnerships/<uuid:partnership_id>/smallest-group/", partnerships.partnership_raise, name="partnership_raise"
    ),
]

# /partnerships/<id>/people/, /memberships/<id>/…
member_urls = [
    path("partnerships/<uuid:partnership_id>/people/", members.membership_list, name="membership_list"),
    path("memberships/<uuid:membership_id>/", members.membership_detail, name="membership_detail"),
    path("memberships/<uuid:membership_id>/profile/", members.membership_profile, name="membership_profile"),
    path("memberships/<uuid:membership_id>/circle/", members.membership_ring, name="membership_ring"),
    path("memberships/<uuid:membership_id>/change/", members.membership_change, name="membership_change"),
    path("memberships/<uuid:membership_id>/leave/", members.membership_leave, name="membership_leave"),
    path("memberships/<uuid:membership_id>/stay/", members.membership_stay, name="membership_stay"),
    path("memberships/<uuid:membership_id>/end/", members.membership_end, name="membership_end"),
]

# /partnerships/<id>/leads/…, /leads/<id>/…
lead_urls = [
    path("partnerships/<uuid:partnership_id>/leads/new/", leads.lead_create, name="lead_create"),
    path("leads/<uuid:lead_term_id>/end/", leads.lead_end, name="lead_end"),
]

# /partnerships/<id>/groups/…, /stakeholders/<id>/…
stakeholder_urls = [
    path("partnerships/<uuid:partnership_id>/groups/", stakeholders.stakeholder_list, name="stakeholder_list"),
    path("partnerships/<uuid:partnership_id>/groups/new/", stakeholders.stakeholder_create, name="stakeholder_create"),
    path("stakeholders/<uuid:stakeholder_id>/", stakeholders.stakeholder_detail, name="stakeholder_detail"),
    path("stakeholders/<uuid:stakeholder_id>/change/", stakeholders.stakeholder_update, name="stakeholder_update"),
    path(
        "stakeholders/<uuid:stakeholder_id>/positions/new/",
        stakeholders.stakeholder_position_create,
        name="stakeholder_position_create",
    ),
]

# /my-settings/
people_urls = [
    path("my-settings/", people.person_update, name="person_update"),
]

# /memberships/<id>/reminders/, /mail/stop/<token>/, /bounces/
mail_choice_urls = [
    path("memberships/<uuid:membership_id>/reminders/", mail_choices.mail_choice_update, name="mail_choice_update"),
    path("partnerships/<uuid:partnership_id>/reminders/", mail_choices.mail_choice_mine, name="mail_choice_mine"),
    path("memberships/<uuid:membership_id>/pause/", mail_choices.mail_pause, name="mail_pause"),
    path("mail/stop/<str:token>/", mail_choices.mail_stop, name="mail_stop"),
    path("mail/check-ins/<str:token>/", mail_choices.mail_fewer, name="mail_fewer"),
    path("bounces/", bounces.bounce_record, name="bounce_record"),
]

# /invitations/…, /partnerships/<id>/invitations/…
invitation_urls = [
    path("partnerships/<uuid:partnership_id>/invitations/", invitations.invitation_create, name="invitation_create"),
    path("invitations/<uuid:invitation_id>/resend/", invitations.invitation_resend, name="invitation_resend"),
    path("invitations/<uuid:invitation_id>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("invitations/<str:token>/", invitations.invitation_read, name="invitation_read"),
    path("invitations/<str:token>/not-now/", invitations.invitation_decline, name="invitation_decline"),
]

# /found/<invitation id>/, /partnerships/<id>/first-steps/
founding_urls = [
    path("found/<uuid:invitation_id>/", founding.partnership_found, name="partnership_found"),
    path(
        "partnerships/<uuid:partnership_id>/first-steps/",
        founding.partnership_first_steps,
        name="partnership_first_steps",
    ),
]

urlpatterns = [
    *partnership_urls,
    *member_urls,
    *lead_urls,
    *stakeholder_urls,
    *people_urls,
    *mail_choice_urls,
    *invitation_urls,
    *founding_urls,
]
