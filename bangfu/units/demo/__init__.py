"""Invented groups, teams and cadres of the demo county, with the cast among them."""
