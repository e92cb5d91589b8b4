"""Word and print, for channels and for what is made once a year."""
