"""One search box over everything of a company."""
