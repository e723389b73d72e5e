"""The attack catalogue as black-box tests; the number of a case is the suffix of its tests' names.

How much is enough: the catalogue asks for 1,000 to 10,000 repetitions where one of many may slip
through (codes, races, mixed-up answers, timing). Here a case repeats as often as a few seconds of
two shared cores allow, a tenth to a hundredth of that, because it runs at every change: what goes
wrong once in a hundred times is found, what goes wrong once in ten thousand is kept out by what the
code does (one conditional UPDATE, no state between requests) and by the tests beside the source. A
count may be raised at any time; none may be lowered to make a test pass.
"""
