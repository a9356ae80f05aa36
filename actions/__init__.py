"""The action server: one module per need of the person, thin over `bot.dialogue`."""
