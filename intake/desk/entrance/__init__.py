"""Who may enter: accounts, staff roles, sign-in, and the second factor (MFA)."""
