"""The one way extraction says no."""


class NotAnArticle(Exception):
    """The page or feed item holds no article; the message says what was found instead."""
