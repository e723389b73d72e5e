"""What later specifications add to a grant: plain functions, called in a written order.

Authlib's hooks are not used: they run in no defined order, and an override without `super()` loses
them silently.
"""
