"""Models: 一张表: demands for data, registered once and filled from what is known."""
