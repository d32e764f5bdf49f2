// What is told, what is kept of it, and where it goes.

function showCheckin() {
  const one = goingOn('check-in');
  const readings = one ? one.entry.readings : [];
  const fields = page.asked.map((asked) => {
    const reading = readings.find((other) => other.measure === asked.id);
    const value = reading ? reading.value : null;
    const tell = (told) => { setReading(asked, told); refresh(); };
    let field;
    if (asked.unit === 'yes-no') {
      field = choices(asked.name, YES_NO, value, tell);
    } else if (asked.high - asked.low <= 10) {
      field = choices(asked.name + ', ' + asked.low + ' to ' + asked.high, scale(asked.low, asked.high), value, tell);
    } else {
      field = amount(asked.name + ', ' + asked.low + ' to ' + asked.high + asked.suffix, asked.low, asked.high, 'any', value, tell, false);
    }
    return [field, el('details', {}, el('summary', {}, 'How to tell: ' + asked.name), el('p', {}, asked.how))];
  });
  const note = el('textarea', { rows: 3, maxlength: 2000, oninput: (event) => { setNote(event.target.value); showEntered(); } });
  note.value = one && one.entry.note ? one.entry.note : '';
  fill('checkin', el('h2', {}, 'Check-in'),
    el('p', {}, 'Each is kept as you tell it. What you do not tell stays unknown.'),
    fields.flat(),
    el('label', { class: 'note' }, el('span', {}, 'In your own words'), note),
    page.analgesic ? button('I took a painkiller', () => giveCare('analgesic')) : null,
    button('This check-in is complete', () => finish('check-in', 'The check-in is kept. Below you find an empty one.')));
}

function finish(kind, words) {
  const one = goingOn(kind);
  if (one) {
    one.open = false;
    save();
  }
  rebuild();
  say(words);
}

function answerOf(question) {
  const one = goingOn('screen');
  const answer = one && one.entry.answers.find((other) => other.question === question.id);
  return answer ? answer.value : null;
}

function tellAnswer(question, value) {
  setAnswer(question, value);
  refresh();
}

// A question of which several answers can hold.
function several(question) {
  const value = answerOf(question);
  const chosen = value === null ? [] : told(value);
  const boxes = [];
  const alone = [question.calm, 'unknown'];
  const pairs = question.choices.map((choice) => [choice.replace(/-/g, ' '), choice]).concat([UNKNOWN]);
  const change = (picked, on) => {
    boxes.forEach(([box, choice]) => {
      const clash = choice !== picked && (alone.includes(picked) || alone.includes(choice));
      box.checked = on && clash ? false : box.checked;
    });
    const left = boxes.filter(([box]) => box.checked).map(([, choice]) => choice);
    tellAnswer(question, left.length === 0 ? null : left.length === 1 ? left[0] : left);
  };
  const labels = pairs.map(([text, choice]) => {
    const box = el('input', { type: 'checkbox', checked: chosen.includes(choice), onchange: () => change(choice, box.checked) });
    boxes.push([box, choice]);
    return el('label', {}, box, el('span', {}, text));
  });
  return el('fieldset', { class: 'list' }, el('legend', {}, question.ask + ' (all that hold)'), labels);
}

function question(one) {
  const value = answerOf(one);
  const pairs = one.choices.length > 0 ? one.choices.map((choice) => [choice.replace(/-/g, ' '), choice]) : YES_NO;
  const field = one.many ? several(one) : choices(one.ask, pairs.concat([UNKNOWN]), value, (told) => tellAnswer(one, told));
  return [field, one.help ? el('details', {}, el('summary', {}, 'How to tell'), el('p', {}, one.help)) : null];
}

function noneOf(group) {
  group.questions.filter((one) => answerOf(one) === null).forEach((one) => setAnswer(one, one.calm));
  refresh();
  showQuestions();
}

// The questions whose "yes" calms what was just told, once sinew has both.
function showFollowing() {
  const given = (goingOn('screen') || { entry: { answers: [] } }).entry.answers;
  const told = new Set(given.filter((answer) => answer.value === 'yes').map((answer) => answer.question));
  const wanted = page.following.filter((one) => one.after.some((id) => told.has(id)));
  const place = document.getElementById('following');
  const ids = wanted.map((one) => one.id).join(' ');
  if (place && place.dataset.shows !== ids) {
    place.dataset.shows = ids;
    place.replaceChildren(...wanted.flatMap(question).filter((node) => node !== null));
  }
}

function showQuestions() {
  const open = new Set(Array.from(parts.questions.querySelectorAll('details.group[open]'), (node) => node.dataset.group));
  fill('questions', el('h2', {}, 'Red-flag questions'),
    el('p', {}, 'When something feels badly wrong, do not wait and do not type: call ' + page.number + '.'),
    page.groups.map((group) => el('details', { class: 'group', 'data-group': group.name, open: open.has(group.name) },
      el('summary', {}, group.name),
      group.questions.map(question).flat(),
      button('No to all of these that are not told', () => noneOf(group)))),
    el('div', { id: 'following' }),
    button('These answers are complete', () => finish('screen', 'The answers are kept.')));
  showFollowing();
}

function described(entry) {
  if (entry.readings) {
    const said = entry.readings.map((reading) => reading.measure + ' ' + reading.value).concat(entry.note ? ['a note'] : []);
    return 'check-in: ' + said.join(', ');
  }
  if (entry.answers) {
    const yes = entry.answers.filter((answer) => (page.answers[answer.question] || {})[told(answer.value)[0]]);
    const named = yes.map((answer) => answer.question + ' ' + told(answer.value).join(', '));
    return 'questions: ' + entry.answers.length + ' answered' + (named.length > 0 ? '; ' + named.join('; ') : '');
  }
  if (entry.care) {
    return 'care: ' + entry.care.kind;
  }
  const bout = entry.performed;
  const amounts = ['sets', 'reps', 'seconds', 'metres', 'rung', 'load_kg', 'pain'].filter((part) => bout[part] !== undefined);
  return bout.exercise + ': ' + (bout.skipped ? [bout.skipped] : []).concat(amounts.map((part) => part + ' ' + bout[part])).join(', ');
}

function showEntered() {
  const rows = kept.map((one) => el('li', {},
    el('span', {}, one.entry.at.slice(0, 16).replace('T', ' ') + ' ' + described(one.entry)),
    one.sent ? el('span', { class: 'hint' }, ' handed over')
      : button('Take back', () => { remove(one); rebuild(); }, { 'aria-label': 'Take back: ' + described(one.entry) })));
  fill('entered', el('h2', {}, 'Entered here'),
    rows.length > 0 ? el('ul', { class: 'entries' }, rows) : el('p', {}, 'Nothing yet.'));
}

function give(how) {
  handOver();
  const text = handedOver();
  rebuild();
  how(text);
}

function fileOf(text) {
  return new File([text], 'sinew-' + today() + '.json', { type: 'application/json' });
}

function download(text) {
  const file = fileOf(text);
  const address = URL.createObjectURL(file);
  const link = el('a', { href: address, download: file.name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  say('The file was handed to your browser.');
}

function share(text) {
  navigator.share({ files: [fileOf(text)] }).catch(() => say('Nothing was shared.'));
}

function asText(text) {
  const box = document.getElementById('text');
  box.value = text;
  box.parentElement.hidden = false;
  box.focus();
  box.select();
}

function showHandover() {
  const empty = kept.length === 0;
  let shares = false;
  try {
    shares = Boolean(navigator.canShare && navigator.canShare({ files: [fileOf('{}')] }));
  } catch (error) {
    shares = false;
  }
  fill('handover', el('h2', {}, 'Bring it into sinew'),
    el('p', {}, 'A small file, for: sinew import FILE. It can be read as often as you like. What was handed over is not changed here any more.'),
    button('Save the file', () => give(download), { disabled: empty, class: 'main' }),
    shares ? button('Share the file', () => give(share), { disabled: empty }) : null,
    button('Show it as text', () => give(asText), { disabled: empty }),
    el('label', { class: 'note', hidden: true }, el('span', {}, 'Copy all of this into a file'), el('textarea', { id: 'text', rows: 8, readonly: true })));
}
