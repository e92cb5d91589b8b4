"""A demo office and three fictional newspapers on loopback, for a first look and for tests."""

from pipeline.demo.newspapers import Answer, DemoNewspapers, Request

__all__ = ["Answer", "DemoNewspapers", "Request"]
