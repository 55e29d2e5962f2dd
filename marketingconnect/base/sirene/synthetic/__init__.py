"""False stock files in the exact shape of INSEE's, with everything odd that real ones hold."""
