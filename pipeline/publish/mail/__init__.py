"""Letters and their readers: joining, leaving, signing, sending, coming back."""
