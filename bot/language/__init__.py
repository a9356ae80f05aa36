"""The bot's own spaCy pipeline: text in, plain values out. No Rasa, no network, no downloads."""
