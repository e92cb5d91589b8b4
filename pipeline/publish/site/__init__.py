"""The public site: pages and feeds of the published stories."""
