"""Reference interpreter of the Mou language.

A small, slow and obvious evaluator written from the language page and the
decisions on what that page leaves open. It shares no code with the compiler
or the machine; random packs over random worlds must agree in every byte.

Reading order: lexer, expressions, declarations (text to tree); pack, names
(tree to bound tree); dates, values, world (data); evaluate, findings,
measures (meaning); cite, missing, nextdate (what is told about it); output.
"""
