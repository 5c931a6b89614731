"""Errors: is a failure told so that nobody can take it for an answer?"""
