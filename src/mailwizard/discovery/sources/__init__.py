"""Where candidates come from, one mechanism a file.

A module offers ``LABEL`` (what a person reads), ``NETWORK`` (whether it asks any), ``THIRD_PARTY`` (who else learns
what, or nothing), ``CEILING`` (the best trust it can give), ``AFTER`` (the seconds it waits for what costs less) and
``async def find(address, net, witness) -> list[Candidate]``, which does all it does inside one
``witness.step(Step.DISCOVER)``. A new file is asked from then on; ``ranking`` alone decides how far its answers count.
"""
