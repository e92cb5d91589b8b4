"""The queue of stories: filters, search, order."""
