"""The process house: the servers behind `manage.py up`, started for us, kept alive, and stopped with us.

Nothing here imports a model or reads Django's settings: it must work before there is a database to ask.
docs/adr/0001 says why each server is started the way it is.
"""
