// Shows what comes first, and the day. Texts go in as text, never as markup.

const parts = {};
['raised', 'head', 'exercises', 'care', 'words', 'checkin', 'questions', 'entered', 'handover', 'live']
  .forEach((id) => { parts[id] = document.getElementById(id); });

let shownDay = null;
let wasRaised = false;
let names = 0;

// An element with attributes, properties that begin with "on", and children.
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => {
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (value === true) {
      node.setAttribute(name, '');
    } else if (value !== false && value !== null) {
      node.setAttribute(name, value);
    }
  });
  children.flat().filter((child) => child !== null && child !== undefined && child !== '')
    .forEach((child) => node.append(child));
  return node;
}

function fill(part, ...children) {
  parts[part].replaceChildren(...children.flat().filter((child) => child !== null));
}

function list(items) {
  return items.length > 0 ? el('ul', {}, items.map((item) => el('li', {}, item))) : null;
}

function button(text, tap, more) {
  return el('button', Object.assign({ type: 'button', onclick: tap }, more), text);
}

function say(text) {
  parts.live.textContent = text;
}

// Choices of which one holds; none of them is chosen before somebody chooses.
function choices(legend, pairs, chosen, tell, locked) {
  names += 1;
  const name = 'choice-' + names;
  const same = (value) => JSON.stringify(value) === JSON.stringify(chosen);
  const labels = [['Not told', null]].concat(pairs).map(([text, value]) => el('label', {},
    el('input', { type: 'radio', name, checked: same(value), onchange: () => tell(value) }),
    el('span', {}, text)));
  const shape = pairs.length > 3 ? (typeof pairs[0][1] === 'number' ? 'scale' : 'list') : 'few';
  return el('fieldset', { class: shape, disabled: locked || false },
    el('legend', {}, legend), labels);
}

function scale(low, high) {
  const pairs = [];
  for (let value = low; value <= high; value += 1) {
    pairs.push([String(value), value]);
  }
  return pairs;
}

const YES_NO = [['Yes', 'yes'], ['No', 'no']];
const UNKNOWN = ['I do not know', 'unknown'];

// A number that may be left empty, which tells nothing.
function amount(text, low, high, step, value, tell, locked) {
  const hint = el('p', { class: 'hint', role: 'alert' });
  const input = el('input', {
    type: 'number', inputmode: 'decimal', min: low, max: high, step, value, disabled: locked,
    onchange: () => {
      const wrong = !input.validity.valid;
      hint.textContent = wrong ? 'From ' + low + ' to ' + high + '. Nothing was kept.' : '';
      tell(wrong || input.value === '' ? null : Number(input.value));
    },
  });
  return el('div', {}, el('label', { class: 'amount' }, el('span', {}, text), input), hint);
}

// ---- what comes first

function rule(id, loud) {
  const said = page.rules[id];
  return el('div', { class: 'rule' },
    el('p', { class: 'action' }, loud ? said.action : 'Together with other signs this can call for: ' + said.action),
    el('p', {}, loud ? 'This can be a sign of ' + said.sign + '.'
      : 'By itself it does not say how urgent it is. Answer the other questions, and bring them into sinew today. If you are not sure, take it as if it did.'),
    list(said.do_not), said.bring.length > 0 ? el('p', {}, 'Take along: ' + said.bring.join(' ')) : null);
}

function showRaised() {
  const now = raised();
  const { turns, asks } = turned();
  const rules = now.rules.map((id) => rule(id, true));
  // Once an action stands there, what is only possible adds nothing to it.
  const perhaps = rules.length > 0 ? [] : now.perhaps.map((id) => rule(id, false));
  const words = [];
  if (asks) {
    words.push(el('p', { class: 'action' }, page.words.ask));
  }
  if (turns && !asks) {
    words.push(el('p', { class: 'action' }, 'What you entered changes the plan: no exercises from this page.'));
  }
  if (now.any || turns) {
    words.push(el('p', {}, 'Exercises come back only with a page that is made anew, once sinew has what you entered and its rules allow them.'));
  }
  const shows = now.any || turns;
  parts.raised.hidden = !shows;
  fill('raised', ...rules, ...perhaps, ...words);
  if (shows && !wasRaised) {
    parts.raised.focus();
    parts.raised.scrollIntoView();
  }
  wasRaised = shows;
}

// Why there are no exercises, if there are none.
function shut() {
  const day = today();
  if (page.shut) {
    return page.shut;
  }
  if (day < page.days[0].day) {
    return 'This page begins on ' + page.days[0].day + ', and here it is ' + day + '. Look at the date of this device.';
  }
  if (day > page.last) {
    return 'The days of this page are over: it was made for ' + page.days[0].day + ' to ' + page.last +
      '. No exercises until you make a fresh one.';
  }
  if (raised().any || turned().turns) {
    return 'No exercises: see what stands first.';
  }
  return null;
}

// ---- the day

function showHead() {
  const day = page.days.find((one) => one.day === today());
  const number = day ? ', day ' + day.number + ' after the injury' : '';
  fill('head', el('p', { class: 'today' }, 'Today: ' + today() + number), keeps ? null :
    el('p', { class: 'warn' }, 'This browser does not keep what you enter here: hand it over before you close the page.'));
}

function pain(exercise, slot, locked) {
  const bout = boutOf(exercise, slot);
  const value = bout && bout.entry.performed.pain !== undefined ? bout.entry.performed.pain : null;
  return choices('Worst pain during it, 0 to 10', scale(0, 10), value,
    (told) => { setBout(exercise, slot, 'pain', told); refresh(); }, locked);
}

// One turn of an exercise: done or not, how much, and the pain during it.
function turn(exercise, slot, of, stopped) {
  const bout = boutOf(exercise, slot);
  const done = bout ? bout.entry.performed : {};
  const locked = Boolean(bout && bout.sent);
  const full = done.rung !== undefined || (bout && exercise.parts.every((part) => done[part] >= exercise.dose[part]));
  const time = of > 1 ? (exercise.times[slot] || 'turn ' + (slot + 1)) + ': ' : '';
  const rows = [];
  if (!stopped) {
    rows.push(el('label', { class: 'tick' },
      el('input', {
        type: 'checkbox', checked: Boolean(full), disabled: locked,
        onchange: (event) => { setSets(exercise, slot, event.target.checked ? sets(exercise) : 0); clearBare(exercise, slot); rebuild(); },
      }),
      el('span', {}, time + 'all of it done')));
    if (done.sets && !full) {
      rows.push(el('p', {}, time + done.sets + ' of ' + sets(exercise) + ' sets done.'));
    }
    if (!locked && !full && !run) {
      rows.push(button('Guide me, set by set', () => { startRun(exercise, slot); rebuildDay(); showGuide(); }));
    }
  }
  if (bout || stopped) {
    rows.push(pain(exercise, slot, locked));
    if (exercise.weighed && !stopped) {
      const weight = page.weight;
      const held = done.load_kg === undefined ? null : Math.round(done.load_kg / weight.kg * 10) / 10;
      rows.push(amount('Weight held, in ' + weight.unit + ' (empty: none, or not known)', weight.low, weight.high, 'any', held,
        (told) => setBout(exercise, slot, 'load_kg', told === null ? null : Math.round(told * weight.kg * 1000) / 1000), locked));
    }
  }
  if (locked) {
    rows.push(el('p', { class: 'hint' }, 'Handed over.'));
  }
  return el('div', { class: 'turn' }, rows);
}

// A tick that was taken away leaves nothing behind, unless a pain was told.
function clearBare(exercise, slot) {
  const bout = boutOf(exercise, slot);
  if (bout) {
    const told = bout.entry.performed.pain;
    setBout(exercise, slot, 'pain', told === undefined ? null : told);
  }
}

function painAbove(exercise) {
  const body = { exercise: exercise.id, skipped: page.too_much };
  if (exercise.recorded) {
    body.side = exercise.recorded;
  }
  add('performed', { performed: body }, false, null);
  run = null;
  rebuild();
}

function guide() {
  const labels = { ready: 'At once', work: 'Stop here', free: 'Done', confirm: 'Yes, all of it', rest: 'Next set now' };
  const { exercise } = run;
  return el('div', { class: 'guide' },
    el('p', { id: 'happening' }, happening()),
    el('p', { id: 'clock', 'aria-hidden': 'true' }, timed() ? clock() : ''),
    button(run.paused ? 'Go on' : labels[run.stage], () => { goOn(); rebuild(); }, { class: 'main' }),
    timed() ? button('Pause', () => { run.paused = true; rebuild(); }) : null,
    run.stage === 'confirm' ? button('The set again', () => { setAgain(); rebuild(); }) : null,
    button('Pain above the limit', () => painAbove(exercise), { class: 'warn' }),
    button('Leave the guide', () => { run = null; rebuild(); }));
}

function showGuide() {
  const main = parts.exercises.querySelector('.guide .main');
  main.focus({ preventScroll: true });
  main.scrollIntoView({ block: 'center' });
}

function card(exercise, due) {
  const stopped = tooMuch(exercise);
  const first = page.days[0].day === today() ? exercise.done : 0;
  const turns = [];
  for (let slot = first; slot < Math.max(due, first); slot += 1) {
    turns.push(turn(exercise, slot, due, stopped));
  }
  const last = turns.length > 0 ? turns : [el('p', {}, 'Done for today.')];
  return el('article', { class: 'card' },
    el('h3', {}, exercise.title),
    el('p', { class: 'dose' }, exercise.amount + ' ' + exercise.frequency),
    stopped ? el('p', { class: 'action' }, page.words.stop + ' It is left out until a page is made anew.') : null,
    stopped ? null : el('details', { open: run && run.exercise === exercise },
      el('summary', {}, 'How, and when to stop'),
      el('p', {}, exercise.setup), el('p', {}, exercise.movement), list(exercise.cues.concat(exercise.notes))),
    stopped ? null : el('p', { class: 'stop' }, 'Stop when: ' + exercise.stop),
    run && run.exercise === exercise && !stopped ? guide() : null,
    stopped ? last.slice(0, 1) : last,
    stopped || turns.length === 0 || (run && run.exercise === exercise) ? null :
      button('Pain above the limit', () => painAbove(exercise), { class: 'warn' }));
}

function showExercises() {
  const why = shut();
  const day = page.days.find((one) => one.day === today());
  if (why) {
    run = null;
    fill('exercises', el('h2', {}, 'Exercises'), el('p', { class: 'action' }, why));
    return;
  }
  const due = day.exercises.map(([id, times]) => [page.exercises.find((one) => one.id === id), times]);
  fill('exercises', el('h2', {}, 'Exercises'),
    due.length > 0 ? due.map(([exercise, times]) => card(exercise, times)) : el('p', {}, page.nothing || 'A day of rest: nothing is due.'),
    day.fresh.length > 0 ? el('p', {}, 'From today on there would be more (' + day.fresh.join(', ') + '): a fresh page has it.') : null);
}

function showCare() {
  const day = page.days.find((one) => one.day === today());
  const due = shut() || !day ? [] : page.care.filter((item) => day.care.includes(item.id));
  parts.care.hidden = due.length === 0;
  fill('care', el('h2', {}, 'Care'), due.map((item) => el('article', { class: 'card' },
    el('h3', {}, item.name),
    el('p', { class: 'dose' }, item.words),
    el('details', {}, el('summary', {}, 'How, and when not'), el('p', {}, item.how), el('p', {}, 'Not when: ' + item.not_when), list(item.notes)),
    button('Given now', () => giveCare(item.id)))));
}

function giveCare(kind) {
  const care = { kind };
  if (page.side) {
    care.side = page.side;
  }
  add('care', { care }, false, null);
  say('Kept.');
  showEntered();
}

function showWords() {
  const hidden = Boolean(shut());
  parts.words.hidden = hidden || page.left_out.length + page.avoid.length === 0;
  fill('words',
    page.left_out.length > 0 ? [el('h2', {}, 'Left out'), list(page.left_out)] : [],
    page.avoid.length > 0 ? [el('h2', {}, 'Keep away from'), list(page.avoid)] : []);
}
