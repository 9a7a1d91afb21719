"""The pages of the desk about the inbox."""
