"""The demo's page, played in a real browser."""
