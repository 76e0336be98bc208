"""Join style sheets and drop what no page can use (plain functions; ``one_stylesheet`` calls them).

A sheet is a list of nodes ``[head, body]``: a selector list or an at-rule, and its declarations
(strings) and inner nodes; ``body`` is None for a statement such as ``@layer a;``.
"""

import re
from posixpath import dirname, join, normpath, relpath

import tinycss2

WORD = re.compile(r"[\w-]+")
CONDITIONAL = ("media", "supports", "container", "layer")


def read(root, name, base):
    """The nodes of sheet `name` under `root`, imports put in place, addresses made relative to `base`."""
    rules = tinycss2.parse_stylesheet((root / name).read_text("utf-8"), skip_comments=True, skip_whitespace=True)
    return [node for rule in rules for node in _read_rule(rule, root, name, base)]


def licences(root, names):
    """The ``/*! … */`` comments of the sheets, which their licences ask to keep."""
    found = (re.findall(r"/\*!.*?\*/", (root / name).read_text("utf-8"), re.S) for name in names)
    return "".join(dict.fromkeys(comment + "\n" for comments in found for comment in comments))


def _read_rule(rule, root, name, base):
    if rule.type == "error":
        raise ValueError(f"{name}, line {rule.source_line}: {rule.message}")
    if rule.type == "qualified-rule":
        return [[_text(rule.prelude), _declarations(rule.content, name, base)]]
    keyword = rule.lower_at_keyword
    if keyword == "charset":
        return []
    if keyword == "import":
        target = re.search(r"""["'(]+([^"')]+)""", tinycss2.serialize(rule.prelude))[1]
        return read(root, normpath(join(dirname(name), target)), base)
    head = f"@{keyword} {_text(rule.prelude)}".strip()
    if rule.content is None:
        return [[head, None]]
    if keyword in CONDITIONAL:
        inner = tinycss2.parse_rule_list(rule.content, skip_whitespace=True)
        return [[head, [node for child in inner for node in _read_rule(child, root, name, base)]]]
    if keyword == "font-face":
        return [[head, _declarations(rule.content, name, base)]]
    return [[head, [_text(rule.content)]]]  # @keyframes, @page: kept as they are


def _declarations(content, name, base):
    items = tinycss2.parse_blocks_contents(content, skip_whitespace=True)
    items = [item for item in items if item.type != "error"]  # e.g. an old browser's `*zoom: 1`
    return [_rebase(item.serialize(), name, base) for item in items]


def _rebase(text, name, base):
    def relative(match):
        quote, address = match.groups()
        if re.match(r"[a-z]+:|/|#", address):
            return match[0]
        return f"url({quote}{relpath(join(dirname(name), address), base)}{quote})"

    text = re.sub(r"url\(\s*(['\"]?)([^'\")]+)\1\s*\)", relative, text)
    return re.sub(r"\s+", " ", re.sub(r"^([\w-]+):\s*", r"\1:", text)).strip()


def _text(tokens):
    return re.sub(r"\s*([,>{};])\s*", r"\1", re.sub(r"\s+", " ", tinycss2.serialize(tokens))).strip()


def dump(nodes):
    """The nodes as CSS text."""
    def one(node):
        if isinstance(node, str):
            return node
        head, body = node
        if body is None:
            return head + ";"
        return head + "{" + (";".join(body) if all(isinstance(b, str) for b in body) else dump(body)) + "}"

    return "".join(map(one, nodes))


def purge(nodes, words, without_fonts=()):
    """The nodes that can apply in pages whose elements, classes, ids and script words are `words`.

    Fonts whose family starts with one of `without_fonts` are dropped even if a rule names them.
    """
    nodes = [kept for node in nodes if (kept := _matching(node, words))]
    before = None
    while before != (before := dump(nodes)):  # dropping one declaration can leave another unused
        css = before
        used = set(re.findall(r"var\(\s*(--[\w-]+)", css)) | words
        outside_fonts = re.sub(r"@font-face\{[^}]*\}", "", css)
        animations = set(WORD.findall(" ".join(re.findall(r"animation(?:-name)?:([^;}]+)", css))))

        def used_part(node):
            if isinstance(node, str):
                return node if not node.startswith("--") or node.partition(":")[0] in used else None
            head, body = node
            if head == "@font-face":
                family = next(b for b in body if b.startswith("font-family:")).removeprefix("font-family:").strip("\"' ")
                return node if family in outside_fonts and not family.startswith(tuple(without_fonts)) else None
            if head.startswith("@keyframes"):
                return node if head.split()[1] in animations else None
            if body is None or head.startswith("@page"):
                return node
            body = [kept for part in body if (kept := used_part(part))]
            return [head, body] if body else None

        nodes = [kept for node in nodes if (kept := used_part(node))]
    return nodes


def _matching(node, words):
    head, body = node
    if not head.startswith("@"):
        selectors = [s for s in _split(head) if _can_match(s, words)]
        return [",".join(selectors), body] if selectors else None
    if head[1:].split()[0] in CONDITIONAL and body is not None:
        return [head, [kept for child in body if (kept := _matching(child, words))]]
    return node


def _split(head):
    parts = [[]]
    for token in tinycss2.parse_component_value_list(head):
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def _can_match(selector, words):
    """False if the selector asks for a class, id or element that is nowhere; :not() and :is() ask for nothing."""
    before = None
    for token in tinycss2.parse_component_value_list(selector):
        if token.type == "hash" and token.value not in words:
            return False
        if token.type == "ident" and before != ":" and (token.value if before == "." else token.lower_value) not in words:
            return False
        before = token.value if token.type == "literal" else None
    return True
