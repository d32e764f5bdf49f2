// Leads through one exercise, set by set: the beats come with the page, and the
// clock is looked at again and again. Time alone does no set: a tap says so.

// The most that one look at the clock lets go by: a phone that slept did no exercise.
const LONGEST = 1000;

let run = null;
let bell = null;

function ring() {
  if (navigator.vibrate) {
    navigator.vibrate(200);
  }
  try {
    const tone = bell.createOscillator();
    const gain = bell.createGain();
    gain.gain.value = 0.2;
    tone.frequency.value = 880;
    tone.connect(gain).connect(bell.destination);
    tone.start();
    tone.stop(bell.currentTime + 0.25);
  } catch (error) {
    // A browser without sound shows and shakes all the same.
  }
}

function startRun(exercise, slot) {
  if (!bell && window.AudioContext) {
    bell = new AudioContext();
  }
  if (bell && bell.resume) {
    bell.resume().catch(() => {});
  }
  const bout = boutOf(exercise, slot);
  const done = (bout && bout.entry.performed.sets) || 0;
  run = { exercise, slot, done, second: false, stage: 'ready', beat: 0, left: 0, paused: false, seen: Date.now() };
  beginLeg();
}

function sets(exercise) {
  return exercise.dose.sets || 1;
}

function timed() {
  return run && !run.paused && ['ready', 'work', 'rest'].includes(run.stage);
}

function stage(name, seconds) {
  run.stage = name;
  run.left = seconds * 1000;
}

function beginLeg() {
  if (run.exercise.beats.length === 0) {
    stage('free', 0);
  } else {
    stage('ready', page.ready);
  }
}

function work(beat) {
  run.beat = beat;
  stage('work', run.exercise.beats[beat][1]);
}

function legDone() {
  if (run.exercise.legs && !run.second) {
    run.second = true;
    beginLeg();
  } else if (run.exercise.beats.length === 0) {
    setDone();
  } else {
    stage('confirm', 0);
  }
}

function setDone() {
  run.done += 1;
  run.second = false;
  setSets(run.exercise, run.slot, run.done);
  if (run.done < sets(run.exercise)) {
    stage('rest', run.exercise.rest);
  } else {
    run = null;
  }
}

function setAgain() {
  run.second = false;
  beginLeg();
}

// What the tap on the large button means.
function goOn() {
  if (run.paused) {
    run.paused = false;
  } else if (run.stage === 'ready') {
    work(0);
  } else if (run.stage === 'work') {
    stage('confirm', 0);
  } else if (run.stage === 'free') {
    legDone();
  } else if (run.stage === 'confirm') {
    setDone();
  } else {
    setAgain();
  }
}

// Lets time go by. Says whether another part has begun.
function tick() {
  if (!run) {
    return false;
  }
  const now = Date.now();
  let by = Math.min(Math.max(now - run.seen, 0), LONGEST);
  run.seen = now;
  let moved = false;
  while (timed() && by >= run.left) {
    by -= run.left;
    moved = true;
    ring();
    if (run.stage === 'ready') {
      work(0);
    } else if (run.stage === 'rest') {
      setAgain();
    } else if (run.beat + 1 < run.exercise.beats.length) {
      work(run.beat + 1);
    } else {
      legDone();
    }
  }
  if (timed()) {
    run.left -= by;
  }
  return moved;
}

function clock() {
  const seconds = Math.ceil(run.left / 1000);
  return seconds < 60 ? seconds + ' s' : Math.floor(seconds / 60) + ' min ' + (seconds % 60) + ' s';
}

// What goes on, without the seconds.
function happening() {
  const all = sets(run.exercise);
  const set = all > 1 ? 'Set ' + (run.done + 1) + ' of ' + all + '. ' : '';
  const leg = run.exercise.legs ? (run.second ? 'Right leg. ' : 'Left leg. ') : '';
  const switched = run.second && run.stage !== 'work' ? 'Switch sides. ' : '';
  const before = (run.paused ? 'Paused. ' : '') + switched + set + leg;
  if (run.stage === 'ready') {
    return before + 'Get ready.';
  }
  if (run.stage === 'work') {
    const beat = run.exercise.beats[run.beat];
    const reps = run.exercise.dose.reps;
    return before + (reps ? beat[2] + ' of ' + reps + ': ' : '') + beat[0];
  }
  if (run.stage === 'free') {
    return before + 'In your own time: ' + run.exercise.one;
  }
  if (run.stage === 'confirm') {
    return set + 'Was the whole set done?';
  }
  return (run.paused ? 'Paused. ' : '') + 'Rest. Then set ' + (run.done + 1) + ' of ' + all + '.';
}
