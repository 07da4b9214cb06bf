"""Ask a student whose tests pass: here is your code with one change; which call shows it?"""
