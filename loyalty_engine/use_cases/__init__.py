"""What the engine can be asked to do: a folder for each subject, a file for each verb.

What all of them stand on lies beside the folders: how a use case is called, written and told again.
"""
