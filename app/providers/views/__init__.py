"""Public pages of people, and the pages on which helpers say when and how they can be had."""
