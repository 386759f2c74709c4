/** Conventions that a reader of the sources may rely on. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { messages as en } from "../../static/js/locales/en.js";
import { messages as fr } from "../../static/js/locales/fr.js";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const read = (name) => readFileSync(path.join(ROOT, name), "utf8");
const files = (pattern) => globSync(pattern, { cwd: ROOT }).sort();
const imports = (source) =>
  [...source.matchAll(/(?:from\s+|import\s*\(?\s*)["']([^"']+)["']/g)].map(([, specifier]) => specifier);
const importedFrom = (file) =>
  imports(read(file)).map((specifier) => path.posix.join(path.posix.dirname(file), specifier));
const placeholders = (entry) => [...JSON.stringify(entry).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

test("both languages have the same sentences, with the same placeholders and plural forms", () => {
  assert.deepEqual(Object.keys(fr).sort(), Object.keys(en).sort());
  for (const key of Object.keys(fr)) {
    assert.deepEqual(new Set(placeholders(fr[key])), new Set(placeholders(en[key])), key);
    assert.equal(typeof fr[key], typeof en[key], key);
  }
});

test("the pages' sentences are the same in both languages", () => {
  const [french, english] = ["fr", "en"].map((name) => JSON.parse(read(`chat/locales/${name}/pages.json`)));
  assert.deepEqual(Object.keys(french).sort(), Object.keys(english).sort());
});

test("every sentence that is asked for exists, and every one that exists is asked for", () => {
  const source = files("static/js/{app,lib,views}/*.js").map(read).join("\n");
  const asked = new Set([...source.matchAll(/\bt\(\s*"([^"]+)"/g)].map(([, key]) => key));
  const unknown = [...asked].filter((key) => !(key in fr));
  assert.deepEqual(unknown, []);
  const dynamic = /^(status|system|theme|menu|emoji|keys|role|kind)\./;
  const unused = Object.keys(fr).filter((key) => !dynamic.test(key) && !source.includes(`"${key}"`));
  assert.deepEqual(unused, []);
});

// What is fetched later is not looked at before somebody opens it.
test("every name that a module imports from another is exported there", () => {
  const missing = files("static/js/**/*.js").flatMap((file) =>
    [...read(file).matchAll(/^import \{([^}]+)\} from "(\.[^"]+)"/gm)].flatMap(([, names, specifier]) => {
      const exporter = read(path.posix.join(path.posix.dirname(file), specifier));
      const asked = names.split(",").map((name) => name.trim().split(" as ")[0]);
      const isExported = (name) => new RegExp(`export (?:async )?(?:function|class|const) ${name}\\b`).test(exporter);
      return specifier.includes("vendor")
        ? []
        : asked.filter((name) => name && !isExported(name)).map((name) => `${file} imports ${name}`);
    }),
  );
  assert.deepEqual(missing, []);
});

test("the store touches neither the page nor the network", () => {
  for (const file of files("static/js/store/*.js")) {
    assert.deepEqual(
      importedFrom(file).filter((name) => !name.startsWith("static/js/store/")),
      [],
      file,
    );
    assert.doesNotMatch(read(file), /\b(document|window|fetch|localStorage|navigator)\b\s*[.(]/, file);
  }
});

test("views do not know the network, the network does not know views", () => {
  for (const file of files("static/js/views/*.js")) {
    assert.deepEqual(
      importedFrom(file).filter((name) => /static\/js\/(net|app)\//.test(name)),
      [],
      file,
    );
  }
  for (const file of files("static/js/net/*.js")) {
    assert.deepEqual(
      importedFrom(file).filter((name) => /static\/js\/(views|app|store)\//.test(name)),
      [],
      file,
    );
  }
});

test("only the html helper makes elements from text", () => {
  const offenders = files("static/js/**/*.js").filter((file) =>
    /innerHTML|outerHTML|insertAdjacentHTML/.test(read(file)),
  );
  assert.deepEqual(offenders, ["static/js/lib/html.js"]);
});

test("no template carries script or style of its own", () => {
  for (const file of files("templates/**/*.html")) {
    assert.doesNotMatch(read(file), /\sstyle=|<style|\son\w+=|<script(?![^>]*(?:src=|application\/json))/, file);
  }
});

test("style sheets keep to tokens: no !important, no ids, no colours but in tokens.css", () => {
  for (const file of files("static/css/*.css").filter((name) => !name.endsWith("tokens.css"))) {
    const source = read(file).replace(/\/\*[\s\S]*?\*\//g, "");
    assert.doesNotMatch(
      source,
      /!important|#[\w-]+\s*\{|#[0-9a-f]{3,8}\b|rgb\(|\b(?:margin|padding|border)-(?:left|right)\b/i,
      file,
    );
  }
});

/** All modules that must have come before `file` runs; those behind an import() come later. */
const neededFor = (file, found = new Set()) => {
  const statically = [...read(file).matchAll(/(?:from|^import)\s+"(\.[^"]+)"/gm)].map(([, specifier]) => specifier);
  for (const needed of statically.map((specifier) => path.posix.join(path.posix.dirname(file), specifier))) {
    if (found.has(needed)) continue;
    found.add(needed);
    neededFor(needed, found);
  }
  return found;
};

test("every style sheet is part of a page", () => {
  const asking = [...files("templates/**/*.html"), ...files("static/css/{chat,entrance}.css")].map(read).join("\n");
  const sheets = files("static/css/*.css").map((file) => path.basename(file));
  assert.deepEqual(
    sheets.filter((name) => !asking.includes(`css/${name}`) && !asking.includes(`@import "${name}"`)),
    [],
  );
});

test("what the first view needs from elsewhere, and nothing else, is asked for at once", () => {
  const preloaded = read("templates/partials/preload.html");
  const named = [...preloaded.matchAll(/'(vendor\/[\w.-]+)'/g)].map(([, name]) => `static/${name}.js`);
  const needed = [...neededFor("static/js/main.js")].filter((file) => file.startsWith("static/vendor/"));
  assert.deepEqual(named.sort(), needed.sort());
});

test("vendored files are the ones that are written down", () => {
  const table = read("static/vendor/VENDOR.md");
  for (const file of files("static/vendor/**/*.{js,json}")) {
    const hash = createHash("sha256")
      .update(readFileSync(path.join(ROOT, file)))
      .digest("hex");
    const row = table.split("\n").find((line) => line.startsWith(`| ${file.slice("static/vendor/".length)} |`));
    assert.ok(row?.includes(hash), file);
  }
});

test("no file grows beyond what one reads in one go", () => {
  for (const file of files("static/js/{app,lib,net,store,views}/*.js")) {
    assert.ok(read(file).split("\n").length <= 320, file);
  }
});
