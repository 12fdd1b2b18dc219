"""What happens to phones in a browser's tests."""


def kill_tab(page):
    """End a page that has no signal, so that nothing of it reaches the server any more.

    A browser that closes a page gives its network back a moment before the page is gone: a busy machine lets what
    waited on it slip through. So sending is taken from the page first.
    """
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('the tab was killed')); }")
    page.close(run_before_unload=False)
