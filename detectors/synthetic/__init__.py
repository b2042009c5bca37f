"""Rendered people with exactly known angles, to train and to prove the pose model of the back.

Metres; x right, y up, z forwards of a person at yaw 0, whose left is +x. The package imports
without a renderer; drawing needs the extra ``synthetic``, a body needs the MakeHuman folder.
"""
