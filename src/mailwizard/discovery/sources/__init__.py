"""Where candidates come from, one mechanism a file.

A module offers ``LABEL`` (what a person reads), ``NETWORK`` (whether it asks any) and
``async find(address, net, witness) -> list[Candidate]``, which does all it does inside ``witness.step(Step.DISCOVER)``.
A new file is asked from then on; ``ranking`` alone decides how far its answers count.
"""
