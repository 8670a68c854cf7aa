"""What stands under every route: the base handlers, the context of a request, limits, our scripts."""
