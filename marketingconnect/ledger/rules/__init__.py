"""What an act does to the accounts, when a month closes, what a late payment costs."""
