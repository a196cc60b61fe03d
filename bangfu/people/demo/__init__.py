"""Invented people in real villages: the data of the demo, of the journeys and of the measurements.

Numbers have area code 990000, which is never issued. The same seed gives the same data to the byte.
"""
