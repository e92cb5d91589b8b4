"""The week and the quarter in figures."""
