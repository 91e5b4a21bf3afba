"""The tables of the first revision, as they were then: never to be changed once released."""
