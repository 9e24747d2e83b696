"""The papers of plans and draws: Word, workbooks, CSV, JSON and calendars, all written from the stored record."""
