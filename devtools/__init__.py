"""What ./dev is made of. Standard library only, so that it starts on a bare machine; `inside/` is the exception.

`inside/` holds the programs that ./dev starts with the virtual environment's Python and that may import its packages.
"""
