"""What an article names: people, organisations, places, awards."""
