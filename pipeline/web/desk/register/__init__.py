"""Điển hình: the register of exemplars and who looks after them."""
