"""Settings, urls and the only place that plugs the upper chapters into the lower."""
