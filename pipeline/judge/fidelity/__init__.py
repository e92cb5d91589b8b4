"""Does a summary say what its source says, and soberly? Each claim with the source's own words."""
