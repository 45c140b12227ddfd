"""Formulas of LaTeX as they are drawn with Unicode."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tui.markdown.math.formula import draw_formula

LINES = [
    (r"x^2", "x²"),
    (r"E = mc^2", "E = mc²"),
    (r"\frac{1}{2}", "½"),
    (r"\tfrac12", "½"),
    (r"\frac{a+b}{c-d}", "(a+b)/(c−d)"),
    (r"\dfrac{\partial f}{\partial x}", "∂f/∂x"),
    (r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}", "∑ᵢ₌₁ⁿ i = n(n+1)/2"),
    (r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}", "∫₀^∞ e^(−x²) dx = √π/2"),
    (r"\sqrt{x^2+y^2}", "√(x²+y²)"),
    (r"\sqrt[3]{27}", "∛27"),
    (r"\sqrt[n]{x}", "ⁿ√x"),
    (r"\alpha + \beta = \gamma", "α + β = γ"),
    (r"f: \mathbb{R}^n \to \mathbb{R}", "f: ℝⁿ → ℝ"),
    (r"\hat{y} = X\hat{\beta}", "ŷ = Xβ̂"),
    (r"\bar{x} \vec{v} \tilde{O} \dot{x}", "x̄ v⃗ Õ ẋ"),
    (r"\overline{AB}", "A̅B̅"),
    (r"\left( \frac{a}{b} \right)", "(a/b)"),
    (r"\left\{ x \in \mathbb{N} \mid x > 5 \right\}", "{x ∈ ℕ ∣ x > 5}"),
    (r"\left.\frac{df}{dx}\right|_{x=0}", "df/dx|ₓ₌₀"),
    (r"a_{n+1} = a_n + d", "aₙ₊₁ = aₙ + d"),
    (r"x^{q}", "x^q"),
    (r"e^{i\pi} + 1 = 0", "e^(iπ) + 1 = 0"),
    (r"x^{2^{n}}", "x^(2ⁿ)"),
    (r"x_{\text{max}} + y_\theta z", "xₘₐₓ + y_θ z"),
    (r"K_{\alpha\beta}^{\gamma}", "K_(αβ)ᵞ"),
    (r"\lim_{x \to 0} \frac{\sin x}{x} = 1", "lim_(x→0) (sin x)/x = 1"),
    (r"P(A|B) = \frac{P(B|A)P(A)}{P(B)}", "P(A|B) = P(B|A)P(A)/P(B)"),
    (r"\mathcal{O}(n \log n)", "𝒪(n log n)"),
    (r"\nabla \times \mathbf{E} = -\frac{\partial \mathbf{B}}{\partial t}", "∇ × 𝐄 = −∂𝐁/∂t"),
    (r"\binom{n}{k}", "(n choose k)"),
    (r"a \leq b \neq c \geq d", "a ≤ b ≠ c ≥ d"),
    (r"\forall x \in S, \exists y", "∀x ∈ S, ∃y"),
    (r"A\cup B\subseteq C", "A ∪ B ⊆ C"),
    (r"10^{-6}", "10⁻⁶"),
    (r"90^\circ", "90°"),
    (r"\text{softmax}(z_i) = \frac{e^{z_i}}{\sum_{j} e^{z_j}}", "softmax(zᵢ) = e^(zᵢ)/(∑ⱼ e^(zⱼ))"),
    (r"\operatorname{argmax}_\theta L(\theta)", "argmax_θ L(θ)"),
    (r"\|x\|_2 \lfloor x \rfloor", "‖x‖₂ ⌊x⌋"),
    (r"\sigma^2 = \frac{1}{N}\sum_{i=1}^N (x_i - \mu)^2", "σ² = 1/N ∑ᵢ₌₁ᴺ (xᵢ − μ)²"),
    (r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}", "x = (−b ± √(b² − 4ac))/(2a)"),
    (r"a \equiv b \pmod{n}", "a ≡ b (mod n)"),
    (r"H_2O", "H₂O"),
    (r"(1-y)\log p", "(1−y) log p"),
    (r"\lceil \log_2 n \rceil", "⌈log₂ n⌉"),
    (r"\sin^2\theta + \cos^2 x", "sin² θ + cos² x"),
    (r"\log(1-p) + \frac{a}{b}(c)", "log(1−p) + a/b (c)"),
    (r"\frac{QK^T}{\sqrt{d_k}}", "QKᵀ/√dₖ"),
    (r"\mathbb{R}^{m \times n}", "ℝ^(m×n)"),
    (r"\therefore p \implies q \iff r", "∴ p ⟹ q ⟺ r"),
    (r"f'(x) \not\in S", "f′(x) ∉ S"),
    (r"\sum\limits_{i} x_i", "∑ᵢ xᵢ"),
    (r"100\% of \$5", "100% of $5"),
    (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "(a b; c d)"),
    (r"f(x) = \begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}", "f(x) = {1, x > 0; 0, else"),
]


@pytest.mark.parametrize(("formula", "line"), LINES)
def test_a_formula_on_one_line(formula: str, line: str) -> None:
    assert draw_formula(formula, flat=True) == (line,)


@pytest.mark.parametrize(
    ("formula", "lines"),
    [
        (r"A = \begin{bmatrix} 1 & -20 \\ 0 & 1 \end{bmatrix}", ["A = ⎡1  −20⎤", "    ⎣0  1  ⎦"]),
        (r"\begin{vmatrix} a \\ b \\ c \end{vmatrix} x", ["│a│", "│b│ x", "│c│"]),
        (
            r"f = \begin{cases} x^2 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
            ["f = ⎧x²  if x > 0", "    ⎩0   otherwise"],
        ),
        (r"\begin{aligned} a &= b + c \\ &= d \end{aligned}", ["a = b + c", "  = d"]),
        (r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}", ["a  b", "c  d"]),
        (r"x = 1 \\ y = 2", ["x = 1", "y = 2"]),
    ],
)
def test_a_formula_on_several_lines(formula: str, lines: list[str]) -> None:
    assert draw_formula(formula) == tuple(lines)


@pytest.mark.parametrize(
    "formula",
    [
        r"\strange{x}",
        r"\underbrace{a+b}_{n}",
        r"{n \choose k}",
        r"\ce{H2O}",
        r"\frac{1}",
        r"x^",
        r"x^\frac 1 2",
        r"\hat\hat x",
        r"{x",
        r"x}",
        r"100% gone",
        r"\begin{align} a",
        r"\begin{strange} a \end{strange}",
        r"\begin{pmatrix} \begin{cases} a \\ b \end{cases} \end{pmatrix}",
        r"\frac{\begin{matrix} a \\ b \end{matrix}}{2}",
        r"\hat{abc}",
        "",
        " ",
        "{" * 200 + "}" * 200,
        "x" * 2001,
        r"\sqrt[" * 100,
    ],
)
def test_what_has_no_good_drawing_has_none(formula: str) -> None:
    assert draw_formula(formula) is None


_PARTS = [*(part for formula, _line in LINES for part in formula.split()), *"{}[]^_&\\$%~'", r"\\", r"\frac", r"\left"]


@settings(max_examples=examples(400))
@given(st.lists(st.one_of(st.sampled_from(_PARTS), st.text(max_size=4)), max_size=14).map(" ".join), st.booleans())
def test_no_formula_raises_or_is_drawn_with_what_tex_alone_understands(formula: str, flat: bool) -> None:
    lines = draw_formula(formula, flat=flat)
    if lines is not None:
        assert not any("\n" in line or "\u2063" in line or "\u2062" in line for line in lines)
        assert len(lines) == 1 or not flat
