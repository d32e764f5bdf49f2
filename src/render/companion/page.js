// What is shown when.

// After a tap that leaves the form as it is: nothing loses its place.
function refresh() {
  showHead();
  showRaised();
  showFollowing();
  showEntered();
  showHandover();
  if (shut() !== shownShut || page.exercises.some((one) => tooMuch(one) !== shownStops.has(one.id))) {
    rebuildDay();
  }
}

let shownStops = new Set();
let shownShut = null;

// Whoever taps with a keyboard stays where they were, although all of it is new.
function keepingPlace(work) {
  const active = document.activeElement;
  const section = active && active.closest('section');
  const all = () => Array.from(section.querySelectorAll('button, input, summary, textarea'));
  const at = section ? all().indexOf(active) : -1;
  work();
  if (at >= 0 && document.activeElement === document.body) {
    const now = all();
    (now[Math.min(at, now.length - 1)] || document.body).focus({ preventScroll: true });
  }
}

function rebuildDay() {
  keepingPlace(fillDay);
}

function fillDay() {
  shownDay = today();
  shownShut = shut();
  shownStops = new Set(page.exercises.filter(tooMuch).map((one) => one.id));
  showHead();
  showExercises();
  showCare();
  showWords();
}

function rebuild() {
  keepingPlace(() => {
    fillDay();
    showCheckin();
    showQuestions();
    showEntered();
    showHandover();
    showRaised();
  });
}

function look() {
  closeOld();
  if (ended || shownDay !== today()) {
    ended = false;
    rebuild();
  }
}

let heard = '';

function beat() {
  const moved = tick();
  if (moved) {
    rebuildDay();
    showEntered();
  }
  if (!run) {
    return;
  }
  const shown = document.getElementById('clock');
  if (shown) {
    shown.textContent = timed() ? clock() : '';
  }
  if (happening() !== heard) {
    heard = happening();
    say(heard + (timed() ? ' ' + clock() : ''));
  }
}

// Nothing is shown before the browser has loaded the page: until then a loaded machine
// can find its storage empty, and would show exercises that an answer has stopped.
window.addEventListener('load', () => {
  start();
  setInterval(beat, 200);
  setInterval(look, 20000);
  document.addEventListener('visibilitychange', look);
  window.addEventListener('storage', (event) => {
    if (event.key === KEY) {
      load();
      writeTab();
      rebuild();
    }
  });
  look();
});
