"""``pytest --hypothesis-profile=many`` searches longer than every commit can."""

from hypothesis import settings

settings.register_profile("ordinary", deadline=None)
settings.register_profile("many", deadline=None, max_examples=4000)
settings.load_profile("ordinary")

pytest_plugins = ["tests.forking"]
