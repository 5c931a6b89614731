"""Schema: is every chunk sound JSON of the dialect's shape, and does it keep saying who it is?"""
