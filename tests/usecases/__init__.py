"""The use cases: what people and the clock do to the office, below the chat."""
