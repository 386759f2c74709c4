"""Who may know whom in the browser, and what no script of ours does."""

import re
from dataclasses import dataclass

import pytest

from tests.architecture.sources import javascript_code, javascript_files, javascript_imports

JS = "static/js"
# The one escaping helper: it alone turns markup, escaped before, into elements.
ESCAPING_HELPER = f"{JS}/lib/html.js"

PAGE = (
    "document",
    "window",
    "globalThis",
    "self",
    "navigator",
    "customElements",
    "localStorage",
    "sessionStorage",
)
NETWORK = ("fetch", "XMLHttpRequest", "WebSocket", "EventSource", "indexedDB", "caches", "BroadcastChannel")
RAW_MARKUP = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|srcdoc)\b"
    r"|\bdocument\s*\.\s*write|\beval\s*\(|\bnew\s+Function\b"
)


@dataclass(frozen=True)
class Rule:
    """Scripts within `inside` import nothing from `never`, and name none of `globals`."""

    inside: str
    never: tuple[str, ...]
    globals: tuple[str, ...] = ()

    def violations(self, path: str, source: str) -> list[str]:
        if not path.startswith(f"{JS}/{self.inside}/"):
            return []
        never = tuple("static/vendor/" if part == "vendor" else f"{JS}/{part}/" for part in self.never)
        imports = [
            f"{path} imports {what}"
            for what in sorted(javascript_imports(path, source))
            if what.startswith(never)
        ]
        return imports + [f"{path} names {name}" for name in self.globals if _names(name, source)]


def _names(name: str, source: str) -> bool:
    """Whether the global is used: not a property, a key, a method of one's own or a word in a string."""
    used = rf"(?<![\w$.#]){name}(?![\w$]|\s*:|\s*\([^()]*\)\s*\{{)"
    return bool(re.search(used, javascript_code(source, strings=False)))


RULES = {
    "store is pure": Rule("store", ("net", "views", "app", "vendor"), (*PAGE, *NETWORK)),
    "views never call the network": Rule("views", ("net",), NETWORK),
    "net shows nothing": Rule("net", ("views", "app")),
    "lib serves everyone and knows no one": Rule("lib", ("store", "views", "net", "app")),
}

each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


@each_rule
def test_every_script_keeps_to_the_rule(rule: Rule) -> None:
    scripts = javascript_files()
    assert [violation for path in scripts for violation in rule.violations(path, scripts[path])] == []


@each_rule
def test_the_rule_speaks_of_files_that_exist(rule: Rule) -> None:
    assert any(path.startswith(f"{JS}/{rule.inside}/") for path in javascript_files())


@each_rule
def test_a_planted_violation_is_caught(rule: Rule) -> None:
    path = f"{JS}/{rule.inside}/planted.js"
    for part in rule.never:
        target = f"../{part}/x.js" if part != "vendor" else "../../vendor/x.js"
        planted = [
            f'import {{ x }} from "{target}";',
            f"import '{target}';",
            f'export * from "{target}";',
            f'const late = await import("{target}");',
            f'import {{\n  x,\n}} from "{target}";',
        ]
        assert [source for source in planted if not rule.violations(path, source)] == []
    for name in rule.globals:
        assert rule.violations(path, f"const x = {name}.y;"), name
        assert rule.violations(path, f"if (!{name}) return;"), name
        assert rule.violations(path, f"if (await {name}(x)) {{ }}"), name


@each_rule
def test_a_harmless_script_is_not_caught(rule: Rule) -> None:
    harmless = """
        // document and fetch in a comment, import "../net/socket.js" too
        /* import x from "../views/list.js"; */
        import { seq } from "./sequence.js";
        const said = "fetch the document";
        const state = { document: 1 }; state.fetch();
        class List { async fetch() { return seq; } }
    """
    assert rule.violations(f"{JS}/{rule.inside}/planted.js", harmless) == []


def _raw_markup(source: str) -> list[str]:
    return RAW_MARKUP.findall(javascript_code(source))


def test_no_script_writes_raw_markup() -> None:
    scripts = javascript_files()
    assert ESCAPING_HELPER in scripts
    assert {path for path in scripts if path != ESCAPING_HELPER and _raw_markup(scripts[path])} == set()


def test_the_escaping_helper_writes_markup_in_one_place_only() -> None:
    assert len(_raw_markup(javascript_files()[ESCAPING_HELPER])) <= 1


@pytest.mark.parametrize(
    "planted",
    [
        "element.innerHTML = message.content;",
        "element['outerHTML'] = x;",
        "element.insertAdjacentHTML('beforeend', x)",
        "range.createContextualFragment(x)",
        "document.write(x)",
        "eval (x)",
        "new Function('x')",
        "const link = 'https://x'; element.innerHTML = x",
        "const pattern = /[\"'`]/g; element.innerHTML = x // innocent",
    ],
)
def test_planted_raw_markup_is_caught(planted: str) -> None:
    assert _raw_markup(planted)


def test_raw_markup_in_a_comment_is_not_caught() -> None:
    assert _raw_markup("// never innerHTML\n/* nor eval(x) */ element.textContent = x;") == []
