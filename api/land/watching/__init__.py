"""What people watch, and the digest."""
