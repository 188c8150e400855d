"""papermill for TypeScript notebooks: `python scripts/njepa_papermill.py IN.ipynb OUT.ipynb -p NAME VALUE`.

papermill writes a notebook's parameters in the notebook's language, and knows TypeScript only from here. Importing this module is
enough for `papermill.execute_notebook`. The cell tagged `parameters` declares each one: `let seed = 1;`.
"""

import json
import math

from papermill.translators import Translator, papermill_translators


class TypeScriptTranslator(Translator):
    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_bool(cls, val):
        return "true" if val else "false"

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        return repr(val)

    @classmethod
    def translate_str(cls, val):
        return json.dumps(val)

    @classmethod
    def translate_list(cls, val):
        return "[" + ", ".join(cls.translate(item) for item in val) + "]"

    translate_tuple = translate_list

    @classmethod
    def translate_dict(cls, val):
        return "{ " + ", ".join(f"{json.dumps(str(key))}: {cls.translate(item)}" for key, item in val.items()) + " }"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        # An assignment is an expression, and the kernel shows the last one: `void 0` shows nothing.
        return super().codify(parameters, comment) + "void 0;\n"

    @classmethod
    def assign(cls, name, str_val):
        return f"{name} = {str_val};"


papermill_translators.register("typescript", TypeScriptTranslator)

if __name__ == "__main__":
    from papermill.cli import papermill

    papermill()
