// Builds what browsers load out of the modules beside this file, into the Python package.
//
//   node build.mjs           writes src/openpractice/static
//   node build.mjs --check   says what is not current there, and fails
//
// A folder's page is the script of its name; in pages/ each script is a page. The prompts are one
// file for every lesson (prompts/prompt.js), and one for each further kind and each language,
// loaded where a lesson asks for it: what lies outside of it imports from it and is built without it.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = resolve(HERE, "../src/openpractice/static");
const CORE = join(HERE, "prompts/prompt.js");
const WHOLE = "lesson/lesson.js"; // a page that is opened on a phone: all it needs in one request, the prompts too
const BESIDE = "the-prompts-core"; // stands for the core's address in what is built, until it is known from where
const CLASSIC = "notebook/remoteEntry.js"; // Jupyter loads it as a script, not as a module
const PLAIN = "site/site.js"; // a script too, since browsers load no module from a disk; all it needs is in it
const SHIPPED = new Set([".js", ".css", ".svg", ".json"]);

const folders = readdirSync(HERE, { withFileTypes: true }).filter((one) => one.isDirectory() && one.name !== "node_modules").map(({ name }) => name).sort();

/** Every file below a folder, by its path from here, in order. */
function filesOf(folder, found = []) {
  for (const name of readdirSync(join(HERE, folder)).sort()) {
    const path = `${folder}/${name}`;
    if (statSync(join(HERE, path)).isDirectory()) filesOf(path, found);
    else if (SHIPPED.has(path.slice(path.lastIndexOf(".")))) found.push(path);
  }
  return found;
}

/** Which scripts and styles of a folder are asked for by their own address. */
function entriesOf(folder) {
  const here = filesOf(folder).filter((path) => /\.(js|css)$/.test(path));
  const isEntry = {
    pages: () => true,
    prompts: (path) => /\/(prompt|widget|loader|handin|past|room|kind-\w+)\.js$/.test(path) && !path.endsWith("/kind-text.js"),
    notebook: (path) => path === CLASSIC || path.endsWith("/index.js"),
  }[folder] ?? ((path) => path === `${folder}/${folder}.js`);
  return here.filter((path) => path.endsWith(".css") || isEntry(path)).sort();
}

/** An entry's address: in its part's folder, whichever folder below it holds the source. */
const addressOf = (path) => path.replace(/\/.*\//, "/");
const asEntries = (paths) => paths.map((path) => ({ in: path, out: addressOf(path).replace(/\.\w+$/, "") }));

/** All but the prompts' own core reaches that core by one address, also in what is built. */
const beside = {
  name: "prompts-core-beside",
  setup(build) {
    build.onResolve({ filter: /(^|\/)prompt\.js$/ }, ({ path, importer, resolveDir }) => {
      if (!importer || resolve(resolveDir, path) !== CORE) return undefined;
      return { path: BESIDE, external: true };
    });
  },
};

const options = {
  absWorkingDir: HERE, bundle: true, minify: true, charset: "utf8", target: "es2022", legalComments: "none",
  outdir: OUT, write: false, metafile: true, logLevel: "silent", plugins: [beside],
};

/** Errors are told by their name, and hold nothing. */
const HARMLESS_TWICE = new Set(["prompts/doors/door-error.js"]);

/** A module of the core inside a file that loads the core as well would be there, and alive, twice. */
function bundledTwice({ outputs }) {
  const files = Object.values(outputs);
  const core = files.find(({ entryPoint }) => entryPoint === "prompts/prompt.js");
  return files.filter((one) => one.imports.some(({ path }) => path === BESIDE)).flatMap((one) =>
    Object.keys(one.inputs).filter((path) => path in (core?.inputs ?? {}) && !HARMLESS_TWICE.has(path)).map((path) => `${one.entryPoint} loads prompts/prompt.js, and holds ${path} a second time: import its names from prompts/prompt.js.`));
}

/** What lies in the package's folder when it is current, by path. @returns {Promise<Map<string, Buffer>>} */
async function built() {
  const entries = folders.flatMap(entriesOf);
  const modules = entries.filter((path) => ![CLASSIC, WHOLE, PLAIN].includes(path));
  const runs = await Promise.all([
    esbuild.build({ ...options, format: "esm", entryPoints: asEntries(modules) }),
    esbuild.build({ ...options, format: "esm", entryPoints: asEntries([WHOLE]), plugins: [] }),
    esbuild.build({ ...options, format: "iife", entryPoints: asEntries([CLASSIC]) }),
    esbuild.build({ ...options, format: "iife", entryPoints: asEntries([PLAIN]), plugins: [] }),
  ]);
  const twice = runs.flatMap(({ metafile }) => bundledTwice(metafile));
  if (twice.length) throw new Error(twice.join("\n"));
  const found = new Map(runs.flatMap((run) => run.outputFiles).map(({ path, text }) => {
    const name = relative(OUT, path).replaceAll("\\", "/");
    return [name, Buffer.from(text.replaceAll(`"${BESIDE}"`, name.startsWith("prompts/") ? '"./prompt.js"' : '"../prompts/prompt.js"'))];
  }));
  const sources = folders.flatMap((folder) => filesOf(folder));
  for (const path of sources) {
    if (path.endsWith(".svg")) found.set(path, readFileSync(join(HERE, path)));
    const catalog = /^prompts\/catalog\/(\w+)\.json$/.exec(path);
    if (catalog) found.set(`prompts/sentences-${catalog[1]}.js`, Buffer.from(`export default ${JSON.stringify(JSON.parse(readFileSync(join(HERE, path), "utf-8")))};\n`));
  }
  found.set("built.json", Buffer.from(`${JSON.stringify({ sources: fingerprint(sources), kinds: await kindFiles() }, null, 1)}\n`));
  return found;
}

/** The built file that draws each kind of prompt, so that a page can ask for it early. */
async function kindFiles() {
  const { FILES, KINDS } = await import("./prompts/kinds/kinds.js");
  const drawn = Object.keys(KINDS).map((kind) => [kind, "prompts/prompt.js"]);
  for (const path of entriesOf("prompts").filter((one) => one.includes("/kind-"))) {
    const { default: here } = await import(`./${path}`);
    drawn.push(...Object.keys(here).map((kind) => [kind, addressOf(path)]));
  }
  const named = Object.entries(FILES).map(([kind, file]) => [kind, `prompts/kind-${file}.js`]);
  const said = (pairs) => pairs.map((pair) => pair.join(" in ")).sort();
  const late = said(drawn.filter(([, path]) => path !== "prompts/prompt.js"));
  const odd = [...said(named).filter((one) => !late.includes(one)), ...late.filter((one) => !said(named).includes(one))];
  if (odd.length) throw new Error(`prompts/kinds/kinds.js and the files of the kinds do not agree on: ${odd.join(", ")}`);
  return Object.fromEntries(drawn.sort());
}

/** One hash over the sources' names and bytes; a test without Node compares it. */
function fingerprint(sources) {
  const total = createHash("sha256");
  for (const path of [...sources, "build.mjs", "package-lock.json"]) {
    const data = readFileSync(join(HERE, path));
    total.update(`${path}\0${data.length}\0`).update(data);
  }
  return total.digest("hex");
}

function differences(files) {
  const there = existsSync(OUT) ? readdirSync(OUT, { recursive: true }).map((name) => String(name).replaceAll("\\", "/")).filter((name) => statSync(join(OUT, name)).isFile()) : [];
  const changed = [...files].filter(([path, data]) => !there.includes(path) || !data.equals(readFileSync(join(OUT, path)))).map(([path]) => path);
  return [...changed, ...there.filter((path) => !files.has(path))].sort();
}

function write(files) {
  rmSync(OUT, { recursive: true, force: true });
  for (const [path, data] of files) {
    mkdirSync(dirname(join(OUT, path)), { recursive: true });
    writeFileSync(join(OUT, path), data);
  }
}

try {
  const files = await built();
  if (process.argv.includes("--check")) {
    const stale = differences(files);
    if (stale.length) {
      console.error(`Not current in src/openpractice/static:\n${stale.map((path) => `  ${path}\n`).join("")}Run script/front and commit what it writes.`);
      process.exitCode = 1;
    }
  } else {
    write(files);
    for (const [path, data] of files) console.log(`${String(data.length).padStart(7)} ${path}`);
  }
} catch (fault) {
  const said = await esbuild.formatMessages(fault.errors ?? [], { kind: "error" });
  console.error(said.length ? said.join("\n") : fault.message);
  process.exitCode = 1;
}
