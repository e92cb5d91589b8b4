"""Services of others, over the network: what each call did is known or said to be unknown."""
