"""The number `FORMS`: the evaluator runs on affine forms and gives what every size and place can be."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, final

import numpy as np

from grammars.conditioning.forms import NOTHING, Form, Lanes, Maybe, as_form, between, curved, hull, inverse, selected
from shapelang import elementary
from shapelang.geometry.pose import Real
from shapelang.numbers import FLOAT


@final
class FormFunctions:
    """Elementary functions of forms, by ranges and tangents; of floats those of the language. Radians."""

    def exp(self, x: Real) -> Real:
        """e**x."""
        if not isinstance(x, Form):
            return elementary.exp(FLOAT, x)
        low, high, mid = np.exp(x.low), np.exp(x.high), np.exp(x.mid)
        return curved(x, mid, mid, high, low, high)

    def log(self, x: Real) -> Real:
        """Natural logarithm; where x may be 0 or less, of what is above 0."""
        if not isinstance(x, Form):
            return elementary.log(FLOAT, x)
        low, high, mid = (np.maximum(v, 1e-300) for v in (x.low, x.high, x.mid))
        return curved(x, np.log(mid), 1.0 / mid, 1.0 / (low * low), np.log(low), np.log(high))

    def pow(self, x: Real, y: Real) -> Real:
        """x**y of x ≥ 0; what is negative counts as 0."""
        if not isinstance(x, Form) and not isinstance(y, Form):
            return elementary.pow(FLOAT, x, y)
        base, power = as_form(x, y) if isinstance(y, Form) else x, as_form(y, x) if isinstance(x, Form) else y
        corners = [np.power(np.maximum(a, 0.0), b) for a in (base.low, base.high) for b in (power.low, power.high)]
        low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
        if isinstance(y, Form) or not (base.low > 0.0).all():
            return between(low, high)
        bend = np.maximum(*(abs(y * (y - 1.0)) * np.power(v, y - 2.0) for v in (base.low, base.high)))
        return curved(base, base.mid**y, y * base.mid ** (y - 1.0), bend, low, high)

    def sincos(self, x: Real) -> tuple[Real, Real]:
        """Sine and cosine."""
        if not isinstance(x, Form):
            return elementary.sincos(FLOAT, x)
        s, c, one = np.sin(x.mid), np.cos(x.mid), np.ones_like(x.mid)
        return curved(x, s, c, one, -one, one), curved(x, c, -s, one, -one, one)

    def atan2(self, y: Real, x: Real) -> Real:
        """The angle of (x, y): by the corners where they keep off the cut, else any."""
        if not isinstance(x, Form) and not isinstance(y, Form):
            return elementary.atan2(FLOAT, y, x)
        some = x if isinstance(x, Form) else y
        down, across = as_form(y, some), as_form(x, some)
        corners = [np.arctan2(b, a) for a in (across.low, across.high) for b in (down.low, down.high)]
        clear = (across.low > 0.0) | (down.low > 0.0) | (down.high < 0.0)
        low = np.where(clear, np.minimum.reduce(corners), -math.pi)
        return between(low, np.where(clear, np.maximum.reduce(corners), math.pi))


@final
class FormNumbers:
    """Numbers are floats, or forms of as many lanes as there are cells; tests are bools or `Maybe`."""

    @property
    def batched(self) -> bool:
        """Always."""
        return True

    @property
    def native(self) -> FormFunctions:
        """Those of forms."""
        return _FUNCTIONS

    def where(self, test: Any, then: Real, otherwise: Real) -> Real:
        """Where the test is open, anything that one of the two can be."""
        if not isinstance(test, Maybe):
            return then if test else otherwise
        if test.yes.all():
            return then
        if test.no.all():
            return otherwise
        if test.sign is not None:
            # Affine in the draw: what hangs on it elsewhere cancels.
            return (then + otherwise) * 0.5 + (then - otherwise) * 0.5 * test.sign
        lanes = Form(np.zeros(test.yes.shape))
        a, b = as_form(then, lanes), as_form(otherwise, lanes)
        found = selected(test.yes, a, b)
        return selected(test.open, hull(a, b), found) if test.open.any() else found

    def sqrt(self, x: Real) -> Real:
        """Square root; what is negative counts as 0."""
        if not isinstance(x, Form):
            return FLOAT.sqrt(x)
        low, high, mid = (np.maximum(v, 0.0) for v in (x.low, x.high, x.mid))
        safe = np.maximum(low, 1e-100)
        root, middle = np.sqrt(high), np.sqrt(np.maximum(mid, 1e-300))
        return curved(x, np.sqrt(mid), 0.5 / middle, 0.25 * safe**-1.5, np.sqrt(low), root)

    def floor(self, x: Real) -> Real:
        """The largest whole number not above."""
        return between(np.floor(x.low), np.floor(x.high)) if isinstance(x, Form) else FLOAT.floor(x)

    def minimum(self, a: Real, b: Real) -> Real:
        """The smaller."""
        return self._extreme(a, b, FLOAT.minimum, np.minimum, 1.0)

    def maximum(self, a: Real, b: Real) -> Real:
        """The larger."""
        return self._extreme(a, b, FLOAT.maximum, np.maximum, -1.0)

    def _extreme(
        self, a: Real, b: Real, plain: Callable[[Real, Real], Real], lanes: Callable[[Lanes, Lanes], Lanes], side: float
    ) -> Real:
        if not isinstance(a, Form) and not isinstance(b, Form):
            return plain(a, b)
        if a is b:
            return a
        some = a if isinstance(a, Form) else b
        a, b = as_form(a, some), as_form(b, some)
        apart = (a - b) * side
        first, second = apart.high <= 0.0, apart.low >= 0.0
        if first.all():
            return a
        if second.all():
            return b
        either = between(lanes(a.low, b.low), lanes(a.high, b.high))
        return selected(first, a, selected(second, b, either))

    def absolute(self, x: Real) -> Real:
        """|x|."""
        return abs(x)

    def exp2i(self, k: Real) -> Real:
        """2**k."""
        return _FUNCTIONS.exp(k * math.log(2.0)) if isinstance(k, Form) else FLOAT.exp2i(k)

    def frexp(self, x: Real) -> tuple[Real, Real]:
        """Of floats alone: what needs it of forms is in `native`."""
        if isinstance(x, Form):
            raise TypeError("a form has no mantissa")
        return FLOAT.frexp(x)

    def all(self, test: Any) -> bool:
        """For certain in every lane."""
        return test.all() if isinstance(test, Maybe) else bool(test)

    def any(self, test: Any) -> bool:
        """Perhaps in some lane."""
        return test.any() if isinstance(test, Maybe) else bool(test)

    def divide(self, a: Real, b: Real) -> Real:
        """The quotient."""
        if isinstance(b, Form):
            return inverse(b) * a
        if isinstance(a, Form):
            return a / b if b != 0 else Form(np.zeros_like(a.mid), NOTHING, np.full_like(a.mid, np.inf))
        return FLOAT.divide(a, b)

    def integer(self, x: Real) -> Any:
        """Forms stay what they are."""
        return x if isinstance(x, Form) else int(x)

    def real(self, x: Any) -> Real:
        """Forms stay what they are."""
        return x if isinstance(x, Form) else float(x)


_FUNCTIONS: Final = FormFunctions()

FORMS: Final = FormNumbers()
"""What numbers can be, cell by cell: lanes of affine forms."""
