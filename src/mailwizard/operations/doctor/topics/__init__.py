"""The topics of the doctor, one module each: ``ORDER`` and ``async look()``; see the package above."""
