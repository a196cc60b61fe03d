"""Families and members: two models and their workbook, to try import and export without any ledger."""
