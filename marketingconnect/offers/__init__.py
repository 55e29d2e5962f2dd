"""One Protocol that every offer fulfils, and the registry of offers."""
