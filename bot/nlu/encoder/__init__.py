"""The sentence encoder: its training data, fine-tuning, export and the file that serving loads."""
