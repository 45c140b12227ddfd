"""Text that looks like what people and models write: words by Zipf's law, so that an index of it is of a usual size."""

from __future__ import annotations

from itertools import accumulate, product
from random import Random

_SMALL = (
    "the of and to a in is it that for you with on as be this are or by from not can an if which at have but will "
    "use one when all your we each has there more may do so other then what how than its they time any would only "
    "first should also no into these like some about out two up new where them must most over same does before after "
    "between make very many through both need used using such because case way without value while number called "
    "different here every example good set result under since want long just now last against still back point"
)
_STEMS = (
    "absorb accept adapt adjust alter anchor appoint arrang assign attach attend balanc bargain blend borrow branch "
    "bright broad build burn calm captur carv cast caution chain charg check circl claim clear climb cloud coast "
    "collect combin command commit compact compar compos comput concern conduct confirm connect consider construct "
    "contain contrast convert correct cost count cover craft credit cross crowd cycl damag debat declar defend defin "
    "delay deliver depend describ design detach detect develop direct discover distort divid doubl draft drain draw "
    "drift drop edit elect employ enabl encod enforc engag enter equal escap estimat exact examin exchang exclud "
    "exist expand expect explain explor export express extend extract fail farm fast fault fetch field filter final "
    "firm flash float flow fold follow form forward found fram free fresh gather gener gentl govern grant graph "
    "group grow guard guess guid handl harbor hard harvest hast heat hoard hold hunt imag import improv inclin index "
    "inform insert inspect install instruct interest invent invest invit involv iron join judg keep kind label lack "
    "land laps larg launch layer lead learn lend level lift light limit link list liv load local lock loop loos "
    "magnet maintain manag mark market match measur melt mend merg method mind mirror model moder modul monitor mount "
    "mov narrow natur neat note observ obtain occup offer open oper order organ outlin pack paint parallel part pass "
    "patch paus permit phras plain plan plant point polic port possess post pour practic prais predict prefer prepar "
    "present preserv press prevent print process produc project promis proof propos protect prov publish pull push "
    "quart quiet quot rais rang rapid react record recover reduc refer reflect reform regul reject relat releas rely "
    "remain remark remov render repair repeat replac report request resist resolv respond restor result retain return "
    "revers review reward roll root rough round rout sampl sav scal scatter search season secret select send sens "
    "separat serv settl shap shar sharp shift short signal simpl slic slow smooth solid sort sound spac spark speak "
    "spread stabl stack start stat steer step stock stor straight strain stream strength stretch strict strong "
    "struct subtract suggest suppli support surfac suspend switch symbol tabl target tempt tender test thick thin "
    "tight touch trac track trad train transform transmit travel treat trust turn uniform unit updat valu vari view "
    "visit walk warm wast watch weigh wind wonder work wrap writ"
)
_ENDINGS = "e ed es ing er ers able ment ments ion ions ive ively al ally ance ful fully less ness"
_SIGNS = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都"
    "然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此"
    "实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平"
    "真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白"
)
_NAMES = ("load", "save", "parse", "merge", "split", "count", "fetch", "check", "build", "trim", "pack", "sort", "join")
_KINDS = ("rows", "items", "lines", "parts", "nodes", "words", "bytes", "pages", "keys", "cells")
_ARGUMENTS = _STEMS.split()
_PAIRS = [_SIGNS[n % 211] + _SIGNS[(n * 7 + n // 211) % len(_SIGNS)] for n in range(5000)]

ENGLISH = [*_SMALL.split(), *(stem + ending for ending, stem in product(_ENDINGS.split(), _ARGUMENTS))]
"""Most frequent first: some nine thousand words."""
CHINESE = [word for n, sign in enumerate(_SIGNS) for word in (sign, *_PAIRS[n :: len(_SIGNS)])]
"""Words of one and of two signs, most frequent first."""


class Prose:
    """Makes texts of about a given number of characters; the same generator of chances makes the same texts."""

    def __init__(self, rng: Random) -> None:
        self._random = rng

    def english(self, length: int) -> str:
        """Sentences."""
        words = self._random.choices(ENGLISH, cum_weights=_ENGLISH_WEIGHTS, k=max(3, length // 6))
        return " ".join(self._sentences(words, " ", "."))

    def chinese(self, length: int) -> str:
        """Sentences in Chinese, where a sign counts as a character."""
        words = self._random.choices(CHINESE, cum_weights=_CHINESE_WEIGHTS, k=max(3, length * 2 // 3))
        return "".join(self._sentences(words, "", "。"))

    def code(self, length: int) -> str:
        """A fenced block of Python."""
        rng = self._random
        lines: list[str] = []
        while sum(map(len, lines)) < length:
            name, kind, word = rng.choice(_NAMES), rng.choice(_KINDS), rng.choice(_ARGUMENTS)
            lines += [
                f"def {name}_{kind}({word}: list[int], limit: int = {rng.randrange(999)}) -> list[int]:",
                f'    """{name.capitalize()} the {kind}."""',
                f"    return [{word[0]} for {word[0]} in {word} if {word[0]} % {rng.randrange(2, 99)} < limit]",
                "",
            ]
        return "\n".join(["```python", *lines[:-1], "```"])

    def table(self, length: int) -> str:
        """A Markdown table of three columns."""
        rng = self._random
        rows = [
            f"| {rng.choice(_KINDS)} {n} | {rng.choice(ENGLISH)} | {rng.randrange(10**6)} ms |"
            for n in range(max(2, length // 34))
        ]
        return "\n".join(["| part | what | took |", "|---|---|---:|", *rows])

    def _sentences(self, words: list[str], gap: str, stop: str) -> list[str]:
        found = []
        at = 0
        while at < len(words):
            length = self._random.randrange(5, 19)
            sentence = gap.join(words[at : at + length])
            found.append(sentence[:1].upper() + sentence[1:] + stop)
            at += length
        return found


def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / (rank + 2.7) for rank in range(1, count + 1)))


_ENGLISH_WEIGHTS = _zipf(len(ENGLISH))
_CHINESE_WEIGHTS = _zipf(len(CHINESE))
