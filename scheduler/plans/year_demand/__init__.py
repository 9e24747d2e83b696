"""What the directory asks of a year: classes of key enterprises, their rules, windows, campaigns and closed months."""
