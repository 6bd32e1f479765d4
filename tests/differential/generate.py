"""Writes one seeded random case: rule files, a world and dates.

    python3 generate.py --seed 7 --profile rich --subjects 20 DIR
"""

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path

from generator.existing import ExistingVocabulary, pools_of
from generator.rules import Rules
from generator.vocabulary import Vocabulary
from generator.words import PROFILES, Chance, Speller, make_pools
from generator.worlds import Worlds, judging_dates


@dataclass
class Case:
    """A pack as declarations by file, the world's subjects, and the dates to judge on."""

    files: dict
    subjects: list
    dates: list

    def write(self, folder: Path) -> Path:
        """Write rules/*.mou, world.json and as-of; the folder of the rules."""
        rules = folder / "rules"
        rules.mkdir(parents=True, exist_ok=True)
        for name, declarations in self.files.items():
            (rules / name).write_text("\n\n".join(declarations) + "\n", "utf-8")
        (folder / "world.json").write_text(self.world_text(), "utf-8")
        (folder / "as-of").write_text("".join(day + "\n" for day in self.dates), "utf-8")
        return rules

    def world_text(self) -> str:
        lines = ",\n".join("  " + json.dumps(s, ensure_ascii=False) for s in self.subjects)
        return '{"subjects": [\n' + lines + "\n]}\n"


def make_case(seed: int, profile: str = "rich", subjects: int = 12, dates: int = 3,
              daring: bool = False, complete: bool = False) -> Case:
    chance = Chance(f"{profile}/{seed}")
    settings = PROFILES[profile]
    settings = replace(settings, daring=daring, faults=float(chance.likely(settings.faults)))
    pools = make_pools(chance)
    spell = Speller(chance, chance.likely(settings.english))
    vocabulary = Vocabulary(chance, settings, pools, spell)
    memoranda = Rules(chance, vocabulary, pools, spell, settings).memoranda()
    worlds = Worlds(chance, vocabulary, pools, bool(settings.faults), complete)
    return Case(in_files(chance, vocabulary, memoranda, spell), worlds.world(subjects)["subjects"],
                judging_dates(chance, pools, dates))


def case_of_rules(files: list[Path], pack, seed: int, subjects: int = 12, dates: int = 3) -> Case:
    """A random world for rule files that exist already."""
    chance = Chance(f"rules/{seed}")
    pools = pools_of(chance, files)
    worlds = Worlds(chance, ExistingVocabulary(pack), pools, large_amounts=False)
    return Case({file.name: [file.read_text("utf-8").rstrip("\n")] for file in files},
                worlds.world(subjects)["subjects"], judging_dates(chance, pools, dates))


def in_files(chance, vocabulary, memoranda, spell) -> dict:
    """One file for everything, or one for the vocabulary and one per memorandum."""
    if len(memoranda) == 1 and chance.likely(0.6):
        return {"rules.mou": vocabulary.text() + memoranda[0][2]}
    files = {"vocabulary.mou": vocabulary.text()}
    for i, (_, uses, declarations) in enumerate(memoranda):
        use = [f"{spell('引用')} {name}" for name in [vocabulary.name, *uses]]
        files[f"memo{i + 1}.mou"] = use + declarations
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="rich")
    parser.add_argument("--subjects", type=int, default=12)
    parser.add_argument("--dates", type=int, default=3)
    parser.add_argument("--daring", action="store_true", help="also write what the texts leave open")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    case = make_case(options.seed, options.profile, options.subjects, options.dates, options.daring)
    print(case.write(options.folder))


if __name__ == "__main__":
    main()
