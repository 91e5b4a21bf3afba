"""JSON Schemas (draft-07) of a programme's files, for completion and hover texts in editors.

They are generated from the words, the types of their arguments and the keys that the parsers know.
They never flag what the engine accepts; the engine checks more than they do.
"""
