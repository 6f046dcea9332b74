"""URLs of signing in: those of allauth's views that the desk uses, each with its guard.

allauth's other views (sign-up, email, password reset) have no address. The names of the URLs are
allauth's own, because its views redirect to them.
"""

from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.usersessions.views import ListUserSessionsView

from intake.desk.entrance import passkeys
from intake.desk.entrance.pages import page
from intake.desk.entrance.second_factor import needs_proof, needs_step_up, or_first_time
from intake.desk.entrance.views import Login, Logout

urlpatterns = [
    page("login/", "account_login", Login, "Sign in"),
    page("login/code/", "mfa_authenticate", AuthenticateView, "Second step"),
    page("logout/", "account_logout", Logout, ""),
    page("security/", "mfa_index", IndexView, "Signing in securely", or_first_time(needs_proof)),
    page(
        "security/app/",
        "mfa_activate_totp",
        ActivateTOTPView,
        "Set up an authenticator app",
        or_first_time(needs_step_up),
    ),
    page(
        "security/app/remove/",
        "mfa_deactivate_totp",
        DeactivateTOTPView,
        "Remove the authenticator app",
        needs_step_up,
    ),
    page(
        "security/codes/",
        "mfa_view_recovery_codes",
        ViewRecoveryCodesView,
        "Recovery codes",
        needs_step_up,
    ),
    page(
        "security/codes/new/",
        "mfa_generate_recovery_codes",
        GenerateRecoveryCodesView,
        "New recovery codes",
        needs_step_up,
    ),
    page("security/logins/", "usersessions_list", ListUserSessionsView, "Your logins", needs_proof),
    page(
        "security/again/",
        "mfa_reauthenticate",
        ReauthenticateView,
        "Once more, please",
        needs_proof,
    ),
    *passkeys.urlpatterns,
]
