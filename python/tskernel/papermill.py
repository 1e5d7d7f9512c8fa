"""Parameters for papermill: values of Python as TypeScript, and the parameters of a notebook from its cell.

papermill has no entry points for translators, but loads those of engines when it starts: ours is its usual engine.
"""

import datetime
import json
import math
import os
import re
import subprocess
from collections.abc import Mapping, Set
from numbers import Integral, Real

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

from tskernel.node import find_node, here

# What a number of JavaScript holds exactly.
SAFE = 2**53 - 1


class TypeScriptTranslator(Translator):
    """The cell with the values declares names again: a later cell may, whether the defaults are constants or not."""

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        lines = [cls.comment(comment), *(cls.assign(name, value) for name, value in parameters.items())]
        return "\n".join(lines) + "\n"

    @classmethod
    def comment(cls, cmt_str):
        return "\n".join(f"// {line}".rstrip() for line in cmt_str.splitlines() or [""])

    @classmethod
    def assign(cls, name, value):
        """@raises ValueError for what is no name"""
        if not name.replace("$", "_").isidentifier():
            raise ValueError(f"the parameter {name!r} cannot be a name in TypeScript: use letters, digits, _ and $")
        kind = type_of(value)
        return f"let {name}{f': {kind}' if kind else ''} = {cls.translate(value)}"

    @classmethod
    def translate(cls, val):
        if val is None:
            return "null"
        if isinstance(val, bool):
            return "true" if val else "false"
        if isinstance(val, Integral):
            return str(int(val)) if abs(val) <= SAFE else f"{int(val)}n"
        if isinstance(val, Real):
            return translate_real(float(val))
        if isinstance(val, (datetime.date, datetime.datetime)):
            return f"new Date({quote(val.isoformat())})"
        if isinstance(val, Mapping):
            return "{ " + ", ".join(f"{key_of(key)}: {cls.translate(item)}" for key, item in val.items()) + " }" if val else "{}"
        if isinstance(val, (list, tuple, Set)):
            return f"[{', '.join(map(cls.translate, val))}]"
        return quote(str(val))

    @classmethod
    def inspect(cls, parameters_cell):
        """What the cell declares, by TypeScript itself. A cell that cannot be read has no parameters."""
        try:
            read = subprocess.run(
                [find_node(), os.path.join(here, "parameters.cjs")],
                input=parameters_cell["source"],
                capture_output=True,
                encoding="utf8",
                timeout=60,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return []
        return [Parameter(**parameter) for parameter in json.loads(read.stdout)]


def translate_real(number):
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return repr(number)


def quote(text):
    # A half of a pair of surrogates cannot be written to a file.
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", json.dumps(text, ensure_ascii=False))


def key_of(key):
    text = key if isinstance(key, str) else json.dumps(key)
    if text == "__proto__":
        return '["__proto__"]'
    return text if re.fullmatch(r"[A-Za-z_$][\w$]*", text, re.ASCII) else quote(text)


def type_of(value):
    """The type that a parameter has whatever its value is; nothing where TypeScript finds a better one."""
    if value is None:
        return "any"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Integral):
        return "number" if abs(value) <= SAFE else "bigint"
    if isinstance(value, Real):
        return "number"
    if isinstance(value, (datetime.date, datetime.datetime)):
        return "Date"
    if isinstance(value, Mapping):
        return None if value else "{ [name: string]: any }"
    if isinstance(value, (list, tuple, Set)):
        return None if value else "any[]"
    return "string"


papermill_translators.register("tskernel", TypeScriptTranslator)
papermill_translators.register("typescript", TypeScriptTranslator)

Engine = NBClientEngine
