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
# What looks like a name and is none, in the code of a module.
RESERVED = frozenset(
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false "
    "finally for function if implements import in instanceof interface let new null package private protected public return "
    "static super switch this throw true try typeof undefined var void while with yield Infinity NaN".split()
)
# What text cannot have in it unseen, or not at all: a half of a pair of surrogates, controls, ends of lines that are not
# ends of lines everywhere, and what turns the direction of the text around.
HIDDEN = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


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
        if name in RESERVED:
            raise ValueError(f"the parameter {name!r} cannot be a name in TypeScript, which has that word for itself")
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
            members = ", ".join(f"{key_of(key)}: {cls.translate_inner(item, item is None)}" for key, item in val.items())
            return f"{{ {members} }}" if val else "{}"
        if isinstance(val, (list, tuple, Set)):
            return f"[{', '.join(map(cls.translate_inner, val))}]"
        return quote(str(val))

    @classmethod
    def translate_inner(cls, val, is_null=False):
        """Within another value, what says nothing of what may take its place: TypeScript would say that nothing may."""
        text = cls.translate(val)
        return f"{text} as {type_of(val)}" if is_null or text in ("[]", "{}") else text

    @classmethod
    def inspect(cls, parameters_cell):
        """What the cell declares, by TypeScript itself. A cell that cannot be read has no parameters."""
        try:
            read = subprocess.run(
                [find_node(), os.path.join(here, "parameters.cjs")],
                input=parameters_cell["source"],
                capture_output=True,
                encoding="utf8",
                errors="replace",
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
    return HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


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
