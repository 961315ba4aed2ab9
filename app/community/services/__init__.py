"""Everything that changes the community: ask, change, announce. Services take the actor and never commit."""
