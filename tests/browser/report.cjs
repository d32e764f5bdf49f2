// Judges the HTML report as a browser and its critics do: html-validate, axe-core
// in light and in dark, no request, and no script. Run by `cargo test --test it
// handover`, where NODE_MODULES names a folder with axe-core, playwright-core and
// html-validate.
//
//   node tests/browser/report.cjs SINEW_BINARY [FOLDER]
//
// CHROMIUM names the browser when it is not /usr/bin/chromium. Another argument is a
// folder to put the pages and their pictures into.
"use strict";

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { createRequire } = require("node:module");

const modules = process.env.NODE_MODULES;
const load = modules ? createRequire(path.join(path.resolve(modules), "nowhere.js")) : require;
const { chromium } = load("playwright-core");
const { HtmlValidate } = load("html-validate");

const sinew = path.resolve(process.argv[2] ?? "target/debug/sinew");
const root = path.resolve(__dirname, "../..");
const work = fs.mkdtempSync(path.join(os.tmpdir(), "sinew-web-"));
const shown = process.argv[3] ? path.resolve(process.argv[3]) : work;
fs.mkdirSync(shown, { recursive: true });

function run(store, now, ...args) {
  const env = { ...process.env, SINEW_NOW: now, TZ: "UTC", XDG_CONFIG_HOME: path.join(work, "config") };
  const file = path.join(work, store + ".db");
  return execFileSync(sinew, ["--store", file, ...args], { env, stdio: ["ignore", "pipe", "ignore"] });
}

const hostile = "<script>alert(1)</script> ]]> & \"'</style></svg><img src=x onerror=y> \u202egnp.exe\u202c \u2066x\u2069 \u0007";
const demo = path.join(root, "programs/demo/grade-2-hamstring.csv");
const diary = (name) => path.join(root, "tests/diaries", name);

// Each store: how it comes to be, and the moment of its report.
const stores = {
  "grade-2": () => {
    run("grade-2", "2026-03-02T18:00", "start", "hamstring-strain", "--grade", "2", "--side", "left", "--onset", "today");
    run("grade-2", "2026-05-01T21:00", "import", demo);
    return "2026-05-01T21:30";
  },
  "grade-1": () => {
    run("grade-1", "2026-05-11T18:00", "start", "hamstring-strain", "--grade", "1", "--side", "right", "--onset", "today");
    run("grade-1", "2026-06-01T22:00", "import", diary("grade-1-hamstring.csv"));
    return "2026-06-01T22:30";
  },
  // An emergency flag is open.
  calf: () => {
    run("calf", "2026-06-01T10:00", "start", "calf-strain", "--grade", "1", "--side", "left", "--onset", "today");
    run("calf", "2026-07-03T21:00", "import", diary("calf-strain-then-clot.csv"));
    return "2026-07-03T22:00";
  },
  empty: () => {
    run("empty", "2026-05-01T21:00", "start", "low-back-strain", "--onset", "today");
    return "2026-05-01T21:30";
  },
  hostile: () => {
    run("hostile", "2026-05-01T20:00", "start", "calf-strain", "--grade", "1", "--onset", "today", "--title", hostile.replace("\u0007", ""));
    run("hostile", "2026-05-01T20:10", "log", "3", hostile.replace("\u0007", ""));
    run("hostile", "2026-05-01T20:20", "log", "--symptom", "one-leg-swollen", "why " + "x".repeat(200) + "?");
    return "2026-05-01T21:00";
  },
};

async function main() {
  const validator = new HtmlValidate({
    extends: ["html-validate:recommended"],
    // The page is one file: its style stands in it.
    rules: { "require-csp-nonce": "off", "no-inline-style": "error", "long-title": "off" },
  });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  let wrong = 0;
  const complain = (name, what) => {
    wrong += 1;
    console.log(`${name}: ${what}`);
  };
  for (const [name, make] of Object.entries(stores)) {
    const now = make();
    const file = path.join(shown, name + ".html");
    run(name, now, "report", "--output", file, "--force", "--question", hostile);
    const text = fs.readFileSync(file, "utf8");
    const judged = await validator.validateString(text, file);
    for (const result of judged.results) {
      for (const m of result.messages) complain(name, `html-validate ${m.ruleId} ${m.line}:${m.column} ${m.message}`);
    }
    for (const scheme of ["light", "dark"]) {
      // The policy of the page forbids scripts; the critic is one.
      const context = await browser.newContext({ colorScheme: scheme, bypassCSP: true, viewport: { width: 1000, height: 1300 } });
      const page = await context.newPage();
      page.on("request", (r) => r.url().startsWith("file:") || complain(name, `asks for ${r.url()}`));
      page.on("dialog", (d) => complain(name, `shows ${d.message()}`));
      await page.goto("file://" + file);
      await page.addScriptTag({ path: load.resolve("axe-core/axe.min.js") });
      const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations", "incomplete"] }));
      for (const v of found.violations) {
        complain(name, `axe ${scheme} ${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(", ")}`);
      }
      const scripts = await page.evaluate(() => document.querySelectorAll("script:not([src]), img, iframe, object, link").length);
      // addScriptTag with a path puts one script in line.
      if (scripts > 1) complain(name, `${scripts} scripts or images`);
      await page.setViewportSize({ width: 360, height: 800 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > 360) complain(name, `${wide} pixels wide on a telephone`);
      await page.setViewportSize({ width: 1000, height: 1300 });
      await page.screenshot({ path: path.join(shown, `${name}-${scheme}.png`), fullPage: true });
      await context.close();
    }
    const page = await browser.newPage();
    await page.goto("file://" + file);
    for (const format of ["A4", "Letter"]) {
      const paper = await page.pdf({ path: path.join(shown, `${name}-${format}.pdf`), format, preferCSSPageSize: false });
      const pages = paper.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      if (pages < 1 || pages > 2) complain(name, `${pages} pages of ${format}`);
    }
    await page.close();
  }
  await browser.close();
  console.log(wrong === 0 ? "html-validate and axe-core found nothing" : `${wrong} findings`);
  fs.rmSync(work, { recursive: true, force: true });
  process.exit(wrong === 0 ? 0 : 1);
}

main();
