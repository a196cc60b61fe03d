"""Screening (1.1): the registry and the files of departments in, the few households that need a visit out, with reasons.

No Django; may import kernel and policy only. By hand: `./run bangfu screen` (docs/reference/screening.md is the contract
of files). From the product, with `book = rulebook.load()`, a `day`, and one `Store(folder)` for all counties of a server:

1. The registry, from rows of the database (again whenever households or members changed; files keep their rows
   unless somebody in them is new, gone or renamed: take in again those that `received.files_of` no longer lists):
       registry.of_tables(store, households, persons, book, day)        # pyarrow tables, columns named as registry.yaml
   Codes may be given by their English values (`lifted`, `head`, `weak_labour`). `person_no` comes back with each clue:
   give the product's own id there. Returns quality reports of both tables.
2. A file of a department (upload; also one of a single day):
       data_set = ingest.data_set_of(path, book)                         # or the officer's choice: book.data_sets[name]
       it, report = ingest.ingest(store, path, data_set, book, day)      # FileRefused: says why, for the officer
       report.table()                                                    # rows not used or worth a look, with reasons
       received.forget(store, it.fingerprint)                            # takes a wrong file back
3. What earlier work says: closed clues, open cases, how often each rule was right.
       past = memory.of(prints, measures, cases, {"S01": (checked, confirmed)})
   prints: uint64 (`int(fingerprint, 16)`), measures: fen or -1, cases: sorted `hashing.of_texts(household numbers)`.
   A clue closed longer ago than `clue_remembered_months` should not be passed any more.
4. A full run (monthly), alone in its folder (`Busy` otherwise), resumable, replacing `out/result` only when complete:
       with alone(out): manifest = run.judge_all(store, out, run.Inputs(day, overrides=overrides), book, past, say)
   `overrides`: parameter code → policy.parameter.Value of the law book's rows. `out/result/clues/*.parquet` and its
   neighbours hold what follows; `manifest` the versions, values, files, rules that were left out and why.
5. One household (an entry check, a comparison: with all flags), or all that a day's files touched:
       judge = judging.Judge(store, book, day, past, overrides)
       judging.one_household(judge, household_no, village)               # → clues.Found
       judging.increment(judge, [it.fingerprint])                  # → clues.Found of the touched households
   For each touched household the result replaces what was said before.

`Found.clues`, `.households`, `.flags` are pyarrow tables (schemas in `clues`): household_no, person_no (None: about the
household), rule, risk, severity, state (new, in_case, monitored), measure_fen, facts (JSON), says, fingerprint; and per
household score, colour, need_percent (order of the village's list), ranks and the rules hit.
"""
