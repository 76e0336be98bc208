"""The experiments of the book, a module each: the runs, their settings and seeds, and the rule for the verdict.

Every module has `SEEDS`, `run` (one run: settings and a seed give numbers), `results(seeds)` (all runs, through
`hidden_layer.sweep`) and `verdict(rows)`, which judges the claim by a rule that was fixed before the runs (in
`prelu_slopes` after a pilot, as its page says). Settings that had to be chosen (a learning rate, say) were chosen on
other seeds than those reported.
`python -m tools.verdicts` judges all of them again with another set of seeds.
"""

from dataclasses import dataclass

SUPPORTED, CONDITIONAL, UNSUPPORTED = "支持", "条件つき", "支持されない"


@dataclass(frozen=True)
class Verdict:
    """What an experiment says about a claim.

    Parameters
    ----------
    word : str
        SUPPORTED, CONDITIONAL or UNSUPPORTED.
    because : str
        The numbers behind it, in Japanese (Markdown).
    """

    word: str
    because: str

    def __post_init__(self):
        if self.word not in (SUPPORTED, CONDITIONAL, UNSUPPORTED):
            raise ValueError(
                f"word must be one of {SUPPORTED}, {CONDITIONAL}, {UNSUPPORTED}, not {self.word!r}"
            )

    def __repr__(self):
        return f"判定 {self.word}：{self.because}"

    def _repr_markdown_(self):
        return f"**判定：{self.word}**　{self.because}"
