"""An article as phrases, numbers and days found in its folded wording: the ground of this room."""
