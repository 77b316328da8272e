"""Who calls: tokens, sessions, and the audit."""
