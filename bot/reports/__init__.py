"""Documents and pictures: Typst templates, the renderer, and spreadsheets.

The only room that knows the libraries behind them, and they live in a child process of
their own: importing this costs the bot next to nothing.
"""
