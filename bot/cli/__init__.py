"""The command line: `python -m bot run | train | chat`, behind the Makefile's targets."""
