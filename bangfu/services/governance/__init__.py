"""3.4 beside points and lists: village rules and model villages."""
