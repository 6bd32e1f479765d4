"""Makes a case that shows a difference smaller, as long as it still shows it."""

import copy

from generate import Case


class Budget:
    """Counts trials; beyond the limit nothing is interesting any more."""

    def __init__(self, interesting, steps: int):
        self.interesting, self.left = interesting, steps

    def holds(self, case: Case) -> bool:
        if self.left <= 0:
            return False
        self.left -= 1
        return self.interesting(case)


def shrunk(case: Case, interesting, steps: int) -> Case:
    """Greedily drop subjects, then declarations, then parts of subjects, until nothing more goes."""
    budget = Budget(interesting, steps)
    while budget.left > 0:
        before = size(case)
        case = fewer_subjects(case, budget)
        case = fewer_declarations(case, budget)
        case = smaller_subjects(case, budget)
        if size(case) == before:
            break
    return case


def size(case: Case) -> int:
    return len(case.world_text()) + sum(len(d) for ds in case.files.values() for d in ds)


def fewer_subjects(case: Case, budget: Budget) -> Case:
    def made(kept):
        return Case(case.files, kept, case.dates)
    return made(fewer(case.subjects, lambda kept: budget.holds(made(kept))))


def fewer(items: list, holds) -> list:
    """Drop halves, quarters and so on down to single items."""
    step = max(1, len(items) // 2)
    while True:
        i = 0
        while i < len(items):
            rest = items[:i] + items[i + step:]
            if holds(rest):
                items = rest
            else:
                i += step
        if step == 1:
            return items
        step //= 2


def fewer_declarations(case: Case, budget: Budget) -> Case:
    """Drop declarations, last first, since what comes later uses what came before."""
    for name in list(case.files):
        for i in reversed(range(len(case.files[name]))):
            if case.files[name][i].startswith("工作日历"):     # else the library's calendar steps in
                continue
            files = {n: list(ds) for n, ds in case.files.items()}
            del files[name][i]
            smaller = Case(files, case.subjects, case.dates)
            if budget.holds(smaller):
                case = smaller
    return case


def smaller_subjects(case: Case, budget: Budget) -> Case:
    """Drop records, relations, objections and single facts."""
    i = 0
    paths = list(paths_of(case.subjects))
    while i < len(paths):
        subjects = copy.deepcopy(case.subjects)
        remove(subjects, paths[i])
        smaller = Case(case.files, subjects, case.dates)
        if budget.holds(smaller):
            case = smaller
            paths = list(paths_of(case.subjects))
        else:
            i += 1
    return case


def paths_of(subjects):
    """Paths to everything that can be taken out of the subjects, outermost first."""
    for i, subject in enumerate(subjects):
        for part in ("objections", "records", "relations", "attributes"):
            yield from inner_paths(subject.get(part), (i, part))


def inner_paths(node, path):
    keys = range(len(node)) if isinstance(node, list) else list(node) if isinstance(node, dict) else ()
    for key in keys:
        yield path + (key,)
    for key in keys:
        yield from inner_paths(node[key], path + (key,))


def remove(subjects, path):
    holder = subjects
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
