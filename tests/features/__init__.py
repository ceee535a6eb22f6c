"""The features: what people do, what they see, and what the clock does, one feature a file."""
