"""The storey's tables, gathered so that Django finds them. They live in the rooms."""
