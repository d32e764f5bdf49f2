'use strict';

// What was entered, as the entries that `sinew import` reads. Nothing is judged
// here, and nothing leaves the browser unless the person hands it over.

const page = JSON.parse(document.getElementById('data').textContent);
const KEY = 'sinew:' + page.episode.id;

// For how long a check-in or a round of questions goes on being the same one.
const SAME = 60 * 60 * 1000;

function two(number) {
  return String(number).padStart(2, '0');
}

// The day, which ends at an hour of the night and not at midnight.
function dayOf(date) {
  const back = date.getHours() < page.rollover ? 1 : 0;
  const day = new Date(date.getFullYear(), date.getMonth(), date.getDate() - back, 12);
  return day.getFullYear() + '-' + two(day.getMonth() + 1) + '-' + two(day.getDate());
}

function today() {
  return dayOf(new Date());
}

// An instant with the offset that is in force here, as sinew keeps it.
function instant(date) {
  const offset = -date.getTimezoneOffset();
  const far = Math.abs(offset);
  return date.getFullYear() + '-' + two(date.getMonth() + 1) + '-' + two(date.getDate()) +
    'T' + two(date.getHours()) + ':' + two(date.getMinutes()) + ':' + two(date.getSeconds()) +
    (offset < 0 ? '-' : '+') + two(Math.floor(far / 60)) + ':' + two(far % 60);
}

// A UUID of version 7: sorts by time, and two phones never make the same one.
function freshId(now) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let at = 0; at < 6; at += 1) {
    bytes[at] = Math.floor(now / Math.pow(256, 5 - at)) % 256;
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

// Whether the browser keeps what is entered once the page is closed.
let keeps = true;

// Each is `{entry, began, open, sent, slot}`; an open one still takes answers, one
// that was handed over never changes again.
let kept = [];

// When each telling answer was given, also one that was changed since: what it
// called for stands until a page is made anew.
let signs = {};

// The ids of what was taken back last: no copy brings it back.
let gone = [];

// Counts the changes: of two versions of an entry the one of the later copy holds.
let revision = 0;

// There are two copies, since a browser can lose one: its storage, which outlives
// the page, and the state of this tab, which outlives a reload. What either of them
// holds is there, and a copy that was lost is made again.
function start() {
  load();
  if (revision > 0) {
    write();
  }
}

function load() {
  keeps = worked(() => unite(localStorage.getItem(KEY)));
  worked(() => unite((history.state || {})[KEY]));
}

function worked(work) {
  try {
    work();
    return true;
  } catch (error) {
    return false;
  }
}

function unite(text) {
  const copy = JSON.parse(text || '{}');
  const entries = (copy.entries || []).filter((one) => one && one.entry);
  gone = Array.from(new Set((copy.gone || []).concat(gone))).slice(-500);
  // What sinew has on record is judged there.
  const out = new Set(page.known.concat(gone));
  const all = copy.revision > revision ? kept.concat(entries) : entries.concat(kept);
  kept = Array.from(new Map(all.map((one) => [one.entry.id, one])).values()).filter((one) => !out.has(one.entry.id));
  const made = Date.parse(page.made);
  Object.entries(copy.signs || {}).filter(([sign, at]) => at >= made && !(signs[sign] > at))
    .forEach(([sign, at]) => { signs[sign] = at; });
  revision = Math.max(revision, copy.revision || 0);
}

function save() {
  signsOf(kept).filter((sign) => !(sign in signs)).forEach((sign) => { signs[sign] = Date.now(); });
  revision += 1;
  write();
}

function write() {
  keeps = worked(() => localStorage.setItem(KEY, copied()));
  writeTab();
}

function writeTab() {
  worked(() => history.replaceState(Object.assign({}, history.state, { [KEY]: copied() }), ''));
}

function copied() {
  return JSON.stringify({ revision, entries: kept, signs, gone });
}

function add(kind, body, open, slot) {
  const now = new Date();
  const entry = { id: freshId(now.getTime()), episode: page.episode.id, kind, day: dayOf(now), at: instant(now), device: 'page' };
  const one = { entry: Object.assign(entry, body), began: now.getTime(), open, sent: false, slot };
  kept.push(one);
  save();
  return one;
}

function remove(one) {
  kept = kept.filter((other) => other !== one);
  gone.push(one.entry.id);
  save();
}

// The check-in or the round of questions that goes on, or nothing.
function goingOn(kind) {
  return kept.find((one) => one.open && one.entry.kind === kind);
}

function begin(kind, body) {
  closeOld();
  return goingOn(kind) || add(kind, body, true, null);
}

// Whether something ended by itself since the page was shown.
let ended = false;

// Ends what has gone on for long enough.
function closeOld() {
  const now = Date.now();
  const old = kept.filter((one) => one.open &&
    (one.entry.day !== today() || now < one.began || now - one.began >= SAME));
  old.forEach((one) => { one.open = false; });
  if (old.length > 0) {
    ended = true;
    save();
  }
}

// One reading of the check-in; nothing takes it back to "not told".
function setReading(asked, value) {
  const one = begin('check-in', { readings: [] });
  one.entry.readings = one.entry.readings.filter((reading) => reading.measure !== asked.id);
  if (value !== null) {
    one.entry.readings.push({ measure: asked.id, value, unit: asked.unit });
  }
  emptyIsNone(one);
}

function setNote(text) {
  const one = begin('check-in', { readings: [] });
  one.entry.note = text.trim();
  emptyIsNone(one);
}

function setAnswer(question, value) {
  const one = begin('screen', { answers: [] });
  one.entry.answers = one.entry.answers.filter((answer) => answer.question !== question.id);
  if (value !== null) {
    one.entry.answers.push({ question: question.id, value });
  }
  emptyIsNone(one);
}

function emptyIsNone(one) {
  const list = one.entry.readings || one.entry.answers;
  if (list.length === 0 && !one.entry.note) {
    remove(one);
  } else {
    save();
  }
}

// The bout of today that a turn stands for.
function boutOf(exercise, slot) {
  return kept.find((one) => one.entry.kind === 'performed' && one.entry.day === today() &&
    one.entry.performed.exercise === exercise.id && one.slot === slot);
}

function beginBout(exercise, slot) {
  const performed = { exercise: exercise.id };
  if (exercise.recorded) {
    performed.side = exercise.recorded;
  }
  return boutOf(exercise, slot) || add('performed', { performed }, false, slot);
}

// So many sets of the dose; no sets take the dose away.
function setSets(exercise, slot, sets) {
  const one = beginBout(exercise, slot);
  ['sets', 'reps', 'seconds', 'metres', 'rung'].forEach((part) => { delete one.entry.performed[part]; });
  if (sets > 0) {
    Object.assign(one.entry.performed, exercise.dose);
    if (exercise.dose.sets) {
      one.entry.performed.sets = sets;
    }
  }
  save();
}

function setBout(exercise, slot, field, value) {
  const one = beginBout(exercise, slot);
  if (value === null) {
    delete one.entry.performed[field];
  } else {
    one.entry.performed[field] = value;
  }
  const said = Object.keys(one.entry.performed).filter((key) => key !== 'exercise' && key !== 'side');
  if (said.length === 0) {
    remove(one);
  } else {
    save();
  }
}

// The document that `sinew import` reads. It names every entry again each time: a
// file that was lost loses nothing, and one that is read twice adds nothing.
function handedOver() {
  const entries = kept.map((one) => {
    const entry = Object.assign({}, one.entry);
    if (entry.readings && entry.readings.length === 0) {
      delete entry.readings;
      entry.kind = 'note';
    }
    if (!entry.note) {
      delete entry.note;
    }
    return entry;
  });
  entries.sort((a, b) => (a.id < b.id ? -1 : 1));
  return JSON.stringify({ schema: 'sinew/export/1', entries }, null, 1) + '\n';
}

// From here on nothing of it changes any more.
function handOver() {
  kept.forEach((one) => { Object.assign(one, { open: false, sent: true }); });
  save();
}

// What the answers and the pain call for. The actions are fixed: they stand beside
// the questions, in the words of the rules.

// The value of a telling answer, as a list.
function told(value) {
  return Array.isArray(value) ? value : [value];
}

// The telling answers among some entries, each as `question=answer`.
function signsOf(list) {
  const answers = list.flatMap((one) => one.entry.answers || []);
  const all = answers.flatMap((answer) => told(answer.value).map((value) => [answer.question, value]));
  return all.filter(([question, value]) => (page.answers[question] || {})[value])
    .map(([question, value]) => question + '=' + value);
}

function meaning(sign) {
  const at = sign.indexOf('=');
  return (page.answers[sign.slice(0, at)] || {})[sign.slice(at + 1)];
}

function raised() {
  const all = new Set(signsOf(kept).concat(Object.keys(signs)).filter(meaning));
  const alone = new Set();
  const others = new Map();
  all.forEach((sign) => {
    meaning(sign).alone.forEach((rule) => alone.add(rule));
    meaning(sign).others.forEach((rule) => others.set(rule, (others.get(rule) || []).concat([sign])));
  });
  page.pairs.filter(([one, other]) => all.has(one) && all.has(other))
    .forEach(([, , rules]) => rules.forEach((rule) => alone.add(rule)));
  // Three answers that belong to one rule count as if it were raised. That is more
  // than the rule may ask for, and never less.
  others.forEach((list, rule) => {
    if (list.length > 2) {
      alone.add(rule);
    }
  });
  const grave = (rule) => ['routine', 'urgent', 'emergency'].indexOf(page.rules[rule].urgency);
  const sorted = (rules) => rules.sort((a, b) => grave(b) - grave(a));
  const single = sorted(Array.from(others.keys()).filter((rule) => !alone.has(rule)));
  return { rules: sorted(Array.from(alone)), perhaps: single.slice(0, 1), any: all.size > 0 };
}

// Whether a value is at a limit or beyond it, the way its measure worsens.
function beyond(limit, value, higher) {
  const number = value === 'yes' ? 1 : value === 'no' ? 0 : value;
  return limit !== null && (higher ? number <= limit : number >= limit);
}

// Whether something was reported with which today's plan is another one.
function turned() {
  let turns = false;
  let asks = false;
  kept.forEach((one) => {
    (one.entry.readings || []).forEach((reading) => {
      const asked = page.asked.find((other) => other.id === reading.measure);
      if (asked) {
        turns = turns || beyond(asked.turn, reading.value, asked.higher);
        asks = asks || beyond(asked.ask, reading.value, asked.higher);
      }
    });
    const bout = one.entry.performed;
    const exercise = bout && page.exercises.find((other) => other.id === bout.exercise);
    if (exercise && bout.pain !== undefined) {
      turns = turns || beyond(exercise.turn, bout.pain, false);
      asks = asks || beyond(exercise.ask, bout.pain, false);
    }
  });
  return { turns: turns || asks, asks };
}

// Whether an exercise hurt more than it may: it stays out until a page is made anew.
function tooMuch(exercise) {
  return kept.some((one) => {
    const bout = one.entry.performed;
    return bout && bout.exercise === exercise.id &&
      (bout.skipped === page.too_much || (bout.pain !== undefined && bout.pain > exercise.cap));
  });
}
