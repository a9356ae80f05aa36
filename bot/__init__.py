"""What the Rasa server loads and serves: content, language, NLU, dialogue, channels, widget."""
