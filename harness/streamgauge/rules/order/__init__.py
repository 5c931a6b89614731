"""Order: does everything come when its dialect says that it may?"""
