"""Join style sheets and drop what no page can use (plain functions; ``one_stylesheet`` calls them).

A sheet is a list of nodes ``[head, body]``: a selector list or an at-rule, and its declarations
(strings) and inner nodes; ``body`` is None for a statement such as ``@layer a;``. A string among the nodes is a licence.
Only the addresses of files are written anew; the rest stays as it came, without the comments and the space around it.
"""

import re
from posixpath import dirname, join, normpath, relpath

import tinycss2
from tinycss2.serializer import serialize_string_value

from .versions import query

WORD = re.compile(r"[\w-]+")
CONDITIONAL = ("media", "supports", "container", "layer")
ELSEWHERE = re.compile(r"[a-zA-Z][\w+.-]*:|/|#|$")


def read(root, name, base):
    """The nodes of sheet `name` under `root`, imports put in place, addresses made relative to `base`."""
    nodes = []
    for rule in tinycss2.parse_stylesheet((root / name).read_text("utf-8"), skip_whitespace=True):
        if rule.type == "comment":
            nodes += [f"/*{rule.value}*/\n"] if rule.value.startswith("!") else []   # a licence asks to be kept
        else:
            _rebase(getattr(rule, "content", None) or [], root, name, base)
            nodes += _read_rule(rule, root, name, base)
    return nodes


def _read_rule(rule, root, name, base):
    if rule.type == "error":
        raise ValueError(f"{name}, line {rule.source_line}: {rule.message}")
    if rule.type == "qualified-rule":
        return [[_text(rule.prelude), _declarations(rule.content)]]
    keyword = rule.lower_at_keyword
    if keyword == "charset":
        return []
    if keyword == "import":
        return _imported(rule, root, name, base)
    head = f"@{keyword} {_text(rule.prelude)}".strip()
    if rule.content is None:
        return [[head, None]]
    if keyword in CONDITIONAL:
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        return [[head, [node for child in inner for node in _read_rule(child, root, name, base)]]]
    if keyword == "font-face":
        return [[head, _declarations(rule.content)]]
    return [[head, [_text(rule.content)]]]  # @keyframes, @page: kept as they are


def _imported(rule, root, name, base):
    """The nodes of the sheet that an ``@import`` names, inside the conditions that it names."""
    address, *conditions = [token for token in rule.prelude if token.type not in ("whitespace", "comment")]
    if address.type == "function":   # url("x.css"); else url(x.css) or "x.css"
        address = next(token for token in address.arguments if token.type == "string")
    if ELSEWHERE.match(address.value):
        raise ValueError(f"{name}, line {rule.source_line}: only a sheet of the same folder can be imported, not {address.value!r}")
    nodes, heads = read(root, normpath(join(dirname(name), address.value)), base), []
    for keyword in ("layer", "supports"):
        if conditions and keyword in (getattr(conditions[0], "lower_name", ""), getattr(conditions[0], "lower_value", "")):
            inside = _text(getattr(conditions.pop(0), "arguments", []))
            heads.append(f"@layer {inside}".strip() if keyword == "layer" else f"@supports ({inside})")
    if conditions:
        heads.append("@media " + _text(rule.prelude[rule.prelude.index(conditions[0]):]))
    for head in reversed(heads):
        nodes = [[head, nodes]]
    return nodes


def _declarations(content):
    items = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return [item.serialize().strip() for item in items if item.type != "error"]  # e.g. an old browser's `*zoom: 1`


def _rebase(tokens, root, name, base):
    """Write the addresses among the tokens of sheet `name` anew, each with what tells the version of the file."""
    for token in tokens:
        named = token.type == "function" and token.lower_name in ("url", "src", "image-set", "-webkit-image-set")
        strings = [inner for inner in token.arguments if inner.type == "string"] if named else []
        for address in [token] if token.type == "url" else strings:
            if not ELSEWHERE.match(address.value):
                path, rest = re.fullmatch(r"([^?#]*)(.*)", address.value).groups()
                path = normpath(join(dirname(name), path))
                address.value = relpath(path, base) + ("" if rest.startswith("?") else query(root / path)) + rest
                quoted = f'"{serialize_string_value(address.value)}"'
                address.representation = f"url({quoted})" if address.type == "url" else quoted
        _rebase(getattr(token, "arguments", None) or getattr(token, "content", None) or [], root, name, base)


def _text(tokens):
    return tinycss2.serialize(tokens).strip()


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
        animations = set(WORD.findall(" ".join(re.findall(r"(?:animation(?:-name)?|--[\w-]+):([^;}]+)", css))))

        def used_part(node):
            if isinstance(node, str):
                return node if not node.startswith("--") or node.partition(":")[0] in used else None
            head, body = node
            if head == "@font-face":
                family = next((b for b in body if b.startswith("font-family:")), "").removeprefix("font-family:").strip("\"' ")
                return node if family in outside_fonts and not family.startswith(tuple(without_fonts)) else None
            if head.startswith("@keyframes"):
                return node if head.split()[1] in animations else None
            if body is None or head.startswith("@page"):
                return node
            body = [kept for part in body if (kept := used_part(part))]
            return [head, body] if body or head.startswith("@layer") else None   # even empty, a layer says which comes first

        nodes = [kept for node in nodes if (kept := used_part(node))]
    return nodes


def _matching(node, words):
    if isinstance(node, str):
        return node
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
