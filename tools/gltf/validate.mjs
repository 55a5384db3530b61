// Validates GLB or glTF files with Khronos' validator, all in one process.
//
//   node tools/gltf/validate.mjs FILE...     (or a list of files on standard input, one a line, when none is named)
//
// Prints a JSON list, one entry a file in the order given: file, numErrors, numWarnings, numInfos, numHints, messages.
// Exit code 0: no file has an error or a warning; 1: some file has; 2: a file cannot be read, or the validator is not
// installed (`npm install --no-package-lock --prefix tools/gltf`).

import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";

async function loadValidator() {
  try {
    return (await import("gltf-validator")).default;
  } catch (cause) {
    if (cause.code !== "ERR_MODULE_NOT_FOUND") throw cause;
    console.error("gltf-validator is not installed: npm install --no-package-lock --prefix tools/gltf");
    process.exit(2);
  }
}

function filesToCheck() {
  const named = process.argv.slice(2);
  if (named.length > 0) return named;
  return readFileSync(0, "utf8").split("\n").filter((line) => line !== "");
}

async function report(validator, file) {
  const bytes = new Uint8Array(await readFile(file));
  const result = await validator.validateBytes(bytes, {
    uri: basename(file),
    writeTimestamp: false,
    maxIssues: 100,
    externalResourceFunction: async (uri) => new Uint8Array(await readFile(resolve(dirname(file), decodeURIComponent(uri)))),
  });
  const { numErrors, numWarnings, numInfos, numHints, messages } = result.issues;
  return { file, numErrors, numWarnings, numInfos, numHints, messages };
}

const validator = await loadValidator();
const reports = [];
for (const file of filesToCheck()) {
  try {
    reports.push(await report(validator, file));
  } catch (cause) {
    console.error(`${file}: ${cause.message ?? cause}`);
    process.exitCode = 2;
  }
}
console.log(JSON.stringify(reports, null, 1));
if (process.exitCode === undefined && reports.some((r) => r.numErrors + r.numWarnings > 0)) process.exitCode = 1;
