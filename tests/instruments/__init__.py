"""Programs that measure the product. Each is started by hand; none of them is a test.

mutants     breaks the code in small ways and counts how many of the breaks the tests notice
"""
