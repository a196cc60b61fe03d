"""履职要求: what the guideline asks of every holder in each period, and how it stands; counted from records, never ticked.

Three lists meet here, and nothing else is needed for a new duty:

- `guideline/<year>/duties/*.yaml` says what is asked: article, holder, number (a dated parameter), evidence.
- `holders.py` knows who may owe something (a unit in a group, a cadre, a team, a village …) and for how long.
- `evidence.py` knows which rows prove something (acts of a period) or which rows are missing (gaps of a running duty).

`counting.py` makes standings of them by set; `standings.py` keeps them; `changed.py` counts anew what a saved act touches.
"""
