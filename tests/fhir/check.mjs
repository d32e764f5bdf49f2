// Reads FHIR bundles with two libraries that are not ours: the code lists and the
// structure by the published definitions, and the published JSON schema.
//
//     node tests/fhir/check.mjs BUNDLE.json [...]
//     node tests/fhir/check.mjs --self-test BUNDLE.json
//
// `NODE_MODULES` names the folder of the libraries where they do not lie beside this
// one. Prints how many resources there are. Exit code 1: something is wrong with a
// file; 3: the libraries are not installed. The self-test breaks the bundle in several
// ways, and fails when one of them is not noticed.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const folder = process.env.NODE_MODULES;
const require = createRequire(folder ? path.join(path.resolve(folder), "..", "check.js") : import.meta.url);
let Fhir, Schema;
try {
  ({ Fhir } = require("fhir"));
  Schema = require("@asymmetrik/fhir-json-schema-validator");
} catch {
  process.exit(3);
}
const fhir = new Fhir();
const schema = new Schema();

// Everything that is wrong with a bundle, and with each resource of it by itself, so that
// a fault is told with its kind.
function faults(bundle) {
  const found = [];
  for (const resource of [bundle, ...bundle.entry.map((entry) => entry.resource)]) {
    const name = `${resource.resourceType}/${resource.id}`;
    const { messages } = fhir.validate(resource, { errorOnUnexpected: true });
    for (const said of messages.filter((m) => m.severity === "error" || m.severity === "fatal")) {
      found.push(`${name}: ${said.location}: ${said.message}`);
    }
    for (const said of schema.validate(resource)) {
      found.push(`${name}: ${JSON.stringify(said).slice(0, 300)}`);
    }
  }
  return found;
}

// The bundle, broken in ways that these libraries have to notice.
function* broken(bundle) {
  const withFirst = (kind, change) => {
    const copied = structuredClone(bundle);
    change(copied.entry.map((e) => e.resource).find((r) => r.resourceType === kind));
    return copied;
  };
  yield ["a wrong status", withFirst("Observation", (r) => (r.status = "nonsense"))];
  yield ["a wrong status of a plan", withFirst("CarePlan", (r) => (r.status = "in-progress"))];
  yield ["a wrong state of the injury", withFirst("Condition", (r) => (r.clinicalStatus.coding[0].code = "better"))];
  yield ["a wrong type", withFirst("Patient", (r) => (r.identifier = "somebody"))];
  yield ["an element that there is not", withFirst("CarePlan", (r) => (r.mood = "good"))];
  yield ["no status", withFirst("Observation", (r) => delete r.status)];
}

const args = process.argv.slice(2);
const selfTest = args[0] === "--self-test";
let count = 0;
for (const name of selfTest ? args.slice(1) : args) {
  const bundle = JSON.parse(fs.readFileSync(name, "utf8"));
  const found = faults(bundle);
  if (found.length > 0) {
    console.log(found.slice(0, 20).join("\n"));
    process.exit(1);
  }
  count += bundle.entry.length;
  for (const [what, copied] of selfTest ? broken(bundle) : []) {
    if (faults(copied).length === 0) {
      console.log(`not noticed: ${what}`);
      process.exit(1);
    }
  }
}
console.log(count);
