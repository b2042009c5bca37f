"""One night: what is to do, each recording once in a process of its own, and the digest."""
