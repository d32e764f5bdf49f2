// Drives the page of `sinew page` as a phone would: a small screen, no network, a
// file. Run by `cargo test --test it companion`, where NODE_MODULES names
// a folder with playwright-core, axe-core and html-validate.
//
//   node tests/browser/page.mjs SINEW_BINARY
//
// CHROMIUM names the browser where it is not called chromium; SINEW_BROWSER_SHOTS a
// folder for pictures.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = path.resolve(process.env.NODE_MODULES);
const load = createRequire(path.join(modules, 'nowhere.js'));
const { chromium } = load('playwright-core');
const { HtmlValidate } = load('html-validate');
const axe = fs.readFileSync(load.resolve('axe-core/axe.min.js'), 'utf8');

const binary = path.resolve(process.argv[2]);
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'sinew-page-'));
const shots = process.env.SINEW_BROWSER_SHOTS;
const NOW = '2026-03-09T18:00';

function sinew(now, ...args) {
  const env = { HOME: home, XDG_CONFIG_HOME: home, TZ: 'UTC', SINEW_STORE: path.join(home, 'diary.db'), SINEW_NOW: now };
  return execFileSync(binary, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
}

let browser = null;
const wanted = [];

async function open(file, now, options) {
  const size = { viewport: { width: 360, height: 740 }, timezoneId: 'UTC', acceptDownloads: true };
  const context = await browser.newContext({ ...size, ...options });
  await context.setOffline(true);
  const page = await context.newPage();
  page.on('request', (request) => wanted.push(request.url()));
  page.on('pageerror', (error) => { throw error; });
  page.on('console', (message) => { if (message.type() === 'error') { throw new Error(message.text()); } });
  await page.clock.install({ time: new Date(now + ':00Z') });
  await page.goto(pathToFileURL(file).href);
  return page;
}

async function fits(page, what) {
  const wide = await page.evaluate(() => {
    const over = Array.from(document.querySelectorAll('body *'))
      .filter((node) => node.getClientRects().length > 0 && node.getBoundingClientRect().right > window.innerWidth + 0.5);
    return { all: document.documentElement.scrollWidth, over: over.map((node) => node.outerHTML.slice(0, 80)) };
  });
  assert.equal(wide.all, 360, what);
  assert.deepEqual(wide.over, [], what);
}

async function small(page, what) {
  const tiny = await page.evaluate(() => Array.from(document.querySelectorAll('button, summary, fieldset label, .tick, input[type=number]'))
    .filter((node) => node.getClientRects().length > 0)
    .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
    .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([text]) => text));
  assert.deepEqual(tiny, [], what);
}

// axe runs beside the page's policy: its script comes from the driver.
async function accessible(page, what) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const found = result.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' | '));
  assert.deepEqual(found, [], what);
}

async function valid(html, what, rules) {
  const validator = new HtmlValidate({ extends: ['html-validate:recommended'], rules: rules || {} });
  const report = await validator.validateString(html);
  const found = report.results.flatMap((one) => one.messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`));
  assert.deepEqual(found, [], what);
}

// What a browser writes down of a document is in its own style.
const AS_WRITTEN = { 'attribute-empty-style': 'off', 'attribute-boolean-style': 'off', 'doctype-style': 'off', 'no-trailing-whitespace': 'off', 'void-style': 'off' };

async function shot(page, name) {
  if (shots) {
    await page.screenshot({ path: path.join(shots, name + '.png'), fullPage: true });
  }
}

const card = (page, name) => page.locator('article.card', { has: page.getByRole('heading', { name }) });

// A browser can lose its storage, or read it as empty: the tab still has the answer.
// A copy that knows nothing of it takes nothing back either.
async function losesNoFlag(page) {
  const stored = () => page.evaluate(() => Object.values(localStorage).join(''));
  const knowsNothing = JSON.stringify({ revision: 1000, entries: [], signs: {}, gone: [] });
  const key = await page.evaluate(() => Object.keys(localStorage)[0]);
  assert.match(await stored(), /bladder-trouble/);
  for (const copy of [null, knowsNothing]) {
    await page.evaluate(([name, text]) => {
      localStorage.clear();
      if (text) {
        localStorage.setItem(name, text);
      }
    }, [key, copy]);
    await page.reload();
    assert.match(await page.locator('#raised').textContent(), /^Go to an emergency department now/);
    assert.equal(await page.locator('#exercises article').count(), 0);
    assert.match(await page.locator('#entered').textContent(), /bladder-trouble yes/);
    assert.match(await stored(), /bladder-trouble/, 'what was lost is stored again');
  }
}

async function day() {
  const file = path.join(home, 'week.html');
  sinew(NOW, 'start', 'hamstring-strain', '--grade', '1', '--side', 'left', '--onset', '3 days ago');
  sinew(NOW, 'log', '2', '--rest', '1', '--walking', '2', '--morning', '1', '--limp', 'no');
  sinew(NOW, 'page', '--output', file);
  await valid(fs.readFileSync(file, 'utf8'), 'the file');

  let page = await open(file, NOW);
  await valid(await page.content(), 'what the script made of it', AS_WRITTEN);
  await shot(page, 'light');
  await fits(page, 'at first');
  await small(page, 'at first');
  await accessible(page, 'at first');
  assert.equal(await page.locator('input[type=radio]:checked').evaluateAll((all) => all.filter((one) => !one.parentElement.textContent.includes('Not told')).length), 0);
  assert.equal(await page.getByRole('button', { name: 'Save the file' }).isDisabled(), true);
  assert.equal(await page.evaluate(() => localStorage.length), 0, 'looking tells nothing');

  // A tick, and the pain during it.
  const pumps = card(page, 'Ankle pumps');
  await pumps.getByRole('checkbox', { name: 'morning' }).check();
  await pumps.getByRole('group', { name: 'Worst pain' }).getByRole('radio', { name: '1', exact: true }).check();

  // A hold, led by the clock: get ready, hold, let go, and a tap at the end.
  const press = card(page, 'Heel press');
  await press.getByRole('button', { name: 'Guide me' }).first().click();
  const said = () => page.locator('#happening').textContent();
  assert.match(await said(), /Get ready/);
  await page.clock.runFor(5200);
  assert.match(await said(), /1 of 10: hold/);
  // The screen goes dark for ten minutes: nobody held anything meanwhile.
  await page.clock.fastForward(600000);
  assert.match(await said(), /1 of 10: hold/);
  await page.clock.runFor(80000);
  assert.match(await said(), /Was the whole set done/);
  await shot(page, 'confirm');
  await page.clock.runFor(600000);
  assert.match(await said(), /Was the whole set done/, 'time alone does no set');
  assert.equal(await page.evaluate(() => Object.values(localStorage).join('').includes('heel-press')), false);
  await press.getByRole('button', { name: 'Yes, all of it' }).click();
  assert.equal(await press.getByRole('checkbox').first().isChecked(), true);

  // A check-in, and some answers.
  const morning = page.getByRole('group', { name: 'Pain on waking, 0 to 10' });
  await morning.getByRole('radio', { name: '1', exact: true }).check();
  await page.getByRole('group', { name: 'Limp' }).getByRole('radio', { name: 'No', exact: true }).check();
  await page.getByLabel('In your own words').fill('stairs </script><b>fine</b>');

  // A reload forgets nothing.
  await page.reload();
  assert.equal(await pumps.getByRole('checkbox').first().isChecked(), true);
  assert.equal(await morning.getByRole('radio', { name: '1', exact: true }).isChecked(), true);
  assert.equal(await page.getByLabel('In your own words').inputValue(), 'stairs </script><b>fine</b>');
  assert.equal(await page.locator('b').count(), 0);

  // Pain above the limit of one exercise stops that one, and no other.
  const bends = card(page, 'Seated knee bends');
  await bends.getByRole('checkbox', { name: 'morning' }).check();
  await bends.getByRole('group', { name: 'Worst pain' }).getByRole('radio', { name: '3', exact: true }).check();
  assert.match(await bends.textContent(), /Stop: this exercise is over for now\./);
  assert.equal(await bends.getByRole('checkbox').count(), 0);
  assert.equal(await page.locator('#raised').isVisible(), false);
  await shot(page, 'stopped');

  // A red flag: the action stands first, and the exercises are gone.
  await page.locator('summary').filter({ hasText: /^Nerve$/ }).click();
  const question = page.getByRole('group', { name: /your pee/ }).first();
  await question.getByRole('radio', { name: 'Yes', exact: true }).check();
  const first = await page.evaluate(() => document.querySelector('main').innerText.trim().split('\n').filter(Boolean).slice(0, 2));
  assert.match(first.join(' '), /Go to an emergency department now, driven by someone else/);
  assert.equal(await page.locator('#exercises article').count(), 0);
  await fits(page, 'with a warning');
  await small(page, 'with a warning');
  await accessible(page, 'with a warning');
  await shot(page, 'warning');
  await page.reload();
  assert.equal(await page.locator('#exercises article').count(), 0, 'a reload does not bring them back');
  await losesNoFlag(page);
  await page.locator('summary').filter({ hasText: /^Nerve$/ }).click();
  await question.getByRole('radio', { name: 'No', exact: true }).check();
  assert.equal(await page.locator('#raised').isVisible(), true, 'a later no takes nothing back');
  await question.getByRole('radio', { name: 'Yes', exact: true }).check();
  assert.equal(await page.locator('#raised').isVisible(), true);

  // It goes into the store, once.
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the file' }).click()]);
  const json = path.join(home, download.suggestedFilename());
  await download.saveAs(json);
  const document = JSON.parse(fs.readFileSync(json, 'utf8'));
  assert.equal(document.schema, 'sinew/export/1');
  assert.deepEqual(document.entries.map((one) => one.kind).sort(), ['check-in', 'performed', 'performed', 'performed', 'screen']);
  await page.getByRole('button', { name: 'Show it as text' }).click();
  assert.deepEqual(JSON.parse(await page.locator('#text').inputValue()), document);
  await valid(await page.content(), 'once handed over', AS_WRITTEN);
  assert.equal(await page.getByRole('button', { name: /^Take back/ }).count(), 0, 'what was handed over stays');
  await page.context().close();

  const later = '2026-03-09T19:00';
  assert.deepEqual(imported(later, json), [5, 5]);
  assert.deepEqual(imported(later, json), [5, 0]);
  const history = sinew(later, 'history', '--all');
  assert.match(history, /heel-press|Heel press/);
  assert.match(history, /stairs/);
  const today = JSON.parse(sinew(later, 'today', '--json'));
  assert.equal(today.alert.rule, 'rf-01');
  assert.deepEqual(document.entries.map((one) => one.id).filter((id) => !JSON.parse(sinew(later, 'history', '--all', '--json')).entries.some((one) => one.id === id)), []);

  // Made anew while the warning is open: its action, and no exercise.
  sinew(later, 'page', '--output', file, '--force');
  page = await open(file, later, { colorScheme: 'dark' });
  const top = await page.evaluate(() => document.querySelector('main').innerText.trim().split('\n')[0]);
  assert.match(top, /^Go to an emergency department now/);
  assert.equal(await page.locator('#exercises article').count(), 0);
  await accessible(page, 'while a warning is open');
  await shot(page, 'open-flag-dark');
  await page.context().close();
}

function imported(now, file) {
  const said = JSON.parse(sinew(now, 'import', file, '--json'));
  return [said.read, said.new];
}

async function week() {
  const file = path.join(home, 'other.html');
  const made = '2026-03-09T20:00';
  sinew(made, 'clear', 'rf-01', '--by', 'the clinic', '--role', 'doctor', '--outcome', 'cleared');
  sinew('2026-03-09T20:05', 'screen', '--none');
  sinew('2026-03-09T20:10', 'page', '--output', file, '--days', '3');
  const page = await open(file, '2026-03-09T20:11', { colorScheme: 'dark', reducedMotion: 'reduce' });
  await shot(page, 'dark');
  await accessible(page, 'in the dark');
  await fits(page, 'in the dark');

  // The days go by: half past midnight is still the evening before.
  const today = () => page.locator('.today').textContent();
  const at = async (moment) => {
    await page.clock.setSystemTime(new Date(moment));
    await page.clock.runFor(21000);
  };
  await at('2026-03-10T00:30:00Z');
  assert.match(await today(), /2026-03-09/);
  await at('2026-03-10T09:00:00Z');
  assert.match(await today(), /2026-03-10/);
  assert.notEqual(await page.locator('#exercises article').count(), 0);

  // Severe pain: the questions come first, and no exercise is left.
  const worst = page.getByRole('group', { name: /^Worst pain since/ });
  await worst.getByRole('radio', { name: '7', exact: true }).check();
  assert.match(await page.locator('#raised').textContent(), /^Pain of 6 or more: answer the red-flag questions now/);
  assert.equal(await page.locator('#exercises article').count(), 0);
  await worst.getByRole('radio', { name: '2', exact: true }).check();
  assert.notEqual(await page.locator('#exercises article').count(), 0, 'a slip of the thumb is put right');

  // What was taken back does not come back from a copy that was behind.
  const behind = await page.evaluate(() => Object.entries(localStorage));
  await page.getByRole('button', { name: /^Take back: check-in/ }).click();
  await page.evaluate((all) => all.forEach(([key, text]) => localStorage.setItem(key, text)), behind);
  await page.reload();
  assert.equal(await page.locator('#entered li').count(), 0);

  // What needs several answers is said the cautious way, and takes the exercises too.
  const ask = async (group, words) => {
    await page.locator('summary').filter({ hasText: group }).click();
    await page.getByRole('group', { name: words }).getByRole('radio', { name: 'Yes', exact: true }).check();
  };
  await ask(/^Bone and muscle$/, /painkillers/i);
  assert.match(await page.locator('#raised').textContent(), /^Together with other signs this can call for: /);
  assert.equal(await page.locator('#exercises article').count(), 0);

  // The week is over: the questions and the check-in stay.
  await at('2026-03-12T09:00:00Z');
  assert.match(await page.locator('#exercises').textContent(), /The days of this page are over/);
  assert.equal(await page.locator('#exercises article').count(), 0);
  assert.notEqual(await page.locator('#checkin fieldset').count(), 0);
  assert.notEqual(await page.locator('#questions fieldset').count(), 0);
  await shot(page, 'over');

  // That a browser stores nothing is said at once.
  await page.evaluate(() => { Storage.prototype.setItem = () => { throw new Error('full'); }; });
  assert.equal(await page.locator('#head .warn').count(), 0);
  await worst.getByRole('radio', { name: '2', exact: true }).check();
  assert.match(await page.locator('#head .warn').textContent(), /does not keep what you enter here/);
  await page.context().close();
}

browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || execFileSync('which', ['chromium']).toString().trim(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  await day();
  await week();
  const others = wanted.filter((url) => !url.startsWith('file:') && !url.startsWith('blob:'));
  assert.deepEqual(others, [], 'nothing was asked of any network');
  assert.ok(wanted.every((url) => url.endsWith('.html') || url.startsWith('blob:')), 'nothing but the page itself was read');
  console.log('the page holds');
} finally {
  await browser.close();
  fs.rmSync(home, { recursive: true, force: true });
}
