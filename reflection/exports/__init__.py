"""Files that leave the house. Whoever asks for one has signed in within the last twelve hours."""


def asks_again(view):
    """Mark a view that hands out a file: the project's middleware asks for a fresh sign-in before it (domain § Decided 5)."""
    view.recent_sign_in = True
    return view
