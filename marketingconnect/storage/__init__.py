"""Files (images, contact files, documents) behind one interface: a local directory by default."""
