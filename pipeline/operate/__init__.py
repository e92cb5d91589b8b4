"""Keeping an installation: backups and their return, the doctor, what monitoring reads."""
