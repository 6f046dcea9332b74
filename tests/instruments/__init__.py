"""Programs that measure the product. Each is started by hand; `make test` runs none of them.

bench         speed, memory and growth, side by side (`make bench`)
faults        breaks everything on purpose and counts what is lost (`make faults`)
mutants       breaks the code in small ways and counts what the tests notice
lighthouse    Lighthouse on every page (`make lighthouse`)
screenshots   a picture of every page and scene
"""
