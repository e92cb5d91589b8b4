"""Documents for the office to finish in Word: drafts, never the final paper."""
