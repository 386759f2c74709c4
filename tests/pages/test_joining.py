"""The first view's modules as one: what is joined, what is imported by both, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from chat.pages.joining import join_modules, join_sheets


def _folder(parent: Path, **sources: str) -> Path:
    """A folder of modules; `views__list` is views/list.js."""
    folder = parent / "js"
    for name, source in sources.items():
        path = folder / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return folder


def test_each_module_stands_once_and_after_those_it_needs(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path,
        main='import { a } from "./app/a.js";\nimport { b } from "./app/b.js";\na(b);\n',
        app__a='import { b as other } from "./b.js";\nexport function a() {\n  return other;\n}\n',
        app__b="export const b = 1;\n",
    )
    text = join_modules(folder, "main.js").text
    assert text.count("const b = 1;") == 1
    places = [text.index(f'modules["{name}"] =') for name in ("app/b.js", "app/a.js", "main.js")]
    assert places == sorted(places)


def test_what_is_fetched_later_gets_the_joined_module_and_no_copy(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path,
        main='import { a } from "./app/a.js";\na();\n',
        app__a='export const later = () => import("../views/b.js");\nexport async function a() {}\n',
    )
    joined = join_modules(folder, "main.js")
    assert 'import("./views/b.js")' in joined.text
    stand_in = 'import { modules } from "../main.js";\nexport const { later, a } = modules["app/a.js"];\n'
    assert joined.others == {"app/a.js": stand_in}


def test_what_lies_elsewhere_stays_imported_once(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path,
        main='import { a } from "./app/a.js";\nimport x from "../vendor/x.js";\na(x);\n',
        app__a='import { y as z } from "../../vendor/x.js";\nexport const a = z;\n',
    )
    text = join_modules(folder, "main.js").text
    assert text.count("import * as") == 1
    assert "const { default: x } = outside0;" in text
    assert "const { y: z } = outside0;" in text


@pytest.mark.parametrize(
    "source",
    [
        'import * as all from "./b.js";\n',
        'import { a } from "somewhere";\n',
        "export default function () {}\n",
        "export let count = 0;\n",
        'export { b } from "./b.js";\n',
    ],
)
def test_joining_is_refused_when_a_module_has_another_form(tmp_path: Path, source: str) -> None:
    folder = _folder(tmp_path, main=source, b="export const b = 1;\n")
    with pytest.raises(ValueError, match=r"main\.js"):
        join_modules(folder, "main.js")


def test_joining_is_refused_when_modules_import_each_other(tmp_path: Path) -> None:
    folder = _folder(tmp_path, main='import { a } from "./a.js";\n', a='import "./main.js";\n')
    with pytest.raises(ValueError, match="each other"):
        join_modules(folder, "main.js")


def test_comments_stay_behind_and_texts_that_look_like_them_do_not(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path, main='/** Why. */\nconst a = "/* text */"; /* b */ const c = "// text";\n  // why\n'
    )
    text = join_modules(folder, "main.js").text
    assert "hy" not in text.lower()
    assert 'const a = "/* text */"; /* b */ const c = "// text";' in text


def test_a_style_sheet_has_those_it_imports_in_their_places(tmp_path: Path) -> None:
    (tmp_path / "chat.css").write_text('@import "a.css";\n@import "b.css";\n\n.c { }\n', encoding="utf-8")
    (tmp_path / "a.css").write_text("/* First. */\n.a { }\n", encoding="utf-8")
    (tmp_path / "b.css").write_text(".b { }\n", encoding="utf-8")
    assert join_sheets(tmp_path, "chat.css").split() == [".a", "{", "}", ".b", "{", "}", ".c", "{", "}"]
