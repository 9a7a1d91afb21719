"""Who comes to the desk: logging in, the second factor, sessions, and what stops those who guess."""
