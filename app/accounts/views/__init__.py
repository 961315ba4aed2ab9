"""The pages of accounts, one file per subject; `pages` gathers them on their blueprint."""
