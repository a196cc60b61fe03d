"""`python -m bangfu.screening`: writes docs/reference/screening.md again after a declaration was changed."""

from bangfu.screening import reference, rulebook

if __name__ == "__main__":
    reference.write(rulebook.load())
