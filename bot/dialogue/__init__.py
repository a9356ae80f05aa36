"""What to say next, as pure functions over content and conversation state: no Rasa, no network."""
