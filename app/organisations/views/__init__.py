"""The pages of organisations, of their consoles, and of acting for somebody else."""
