"""Contact files: upload, mapping, import, refusals."""
