"""What the web client uses to sign up, sign in and switch workspace."""
