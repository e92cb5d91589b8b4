"""A demo office and three fictional newspapers on loopback, for a first look and for tests."""

from pipeline.demo.loopback import Answer, Request
from pipeline.demo.newspapers import DemoNewspapers

__all__ = ["Answer", "DemoNewspapers", "Request"]
