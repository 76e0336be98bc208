"""Commands that the Makefile runs; nothing here is imported by the book."""
