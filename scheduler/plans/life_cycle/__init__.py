"""A version's life: reviews, approval, filings, lottery, publication, closing, and who may take which step."""
