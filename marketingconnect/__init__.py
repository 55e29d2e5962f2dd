"""MarketingConnect: direct marketing whose contract runs."""
