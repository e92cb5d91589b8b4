"""What people decide about stories."""
