// What pages can do with script and do without: times in the reader's own zone, buttons that copy, a run that is seen to go on.

function improve(root) {
  for (const time of root.querySelectorAll('time[datetime]')) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.dateTime;
    time.textContent = at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
  }
  for (const button of root.querySelectorAll('button[data-copy]')) button.hidden = navigator.clipboard === undefined;
}

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button[data-copy]') : null;
  if (button === null) return;
  navigator.clipboard.writeText(button.dataset.copy).then(() => {
    button.textContent = 'Copied';
  });
});

// A run in progress: events from the server where they get through, else the page's part is loaded anew again and again.

/** Milliseconds: without an event for so long nothing gets through; between two loads; between two loads while events come. */
const FIRST_EVENT = 5_000;
const SILENCE = 40_000;
const POLL = 2_000;
const ANEW = 5_000;

/** Connections that may break, one after the other, before an event has come. */
const MOST_BREAKS = 2;

const following = {
  address: undefined,
  source: undefined,
  polls: undefined,
  watchdog: undefined,
  breaks: 0,
  anewAt: 0,
};

const run = () => document.querySelector('#run[data-events]');

/** Only where it is something else: it is read aloud. */
function say(text) {
  const said = document.getElementById('said');
  if (said !== null && said.textContent !== text) said.textContent = text;
}

function loadAnew() {
  const part = run();
  if (part !== null) globalThis.htmx?.trigger(part, 'anew');
}

/** Soon, but not with every event: the lines that failed are many, perhaps. */
function loadAnewSoon(version) {
  if (run()?.dataset.version === version || following.anewAt > Date.now()) return;
  following.anewAt = Date.now() + ANEW;
  loadAnew();
}

function stop() {
  following.source?.close();
  clearInterval(following.polls);
  clearTimeout(following.watchdog);
  Object.assign(following, { source: undefined, polls: undefined, address: undefined, breaks: 0, anewAt: 0 });
}

function poll() {
  following.source?.close();
  following.source = undefined;
  clearTimeout(following.watchdog);
  following.polls ??= setInterval(loadAnew, POLL);
}

/** Polls unless there is an event within that time: a proxy may collect events, or cut what takes long. */
function expectEvent(within) {
  clearTimeout(following.watchdog);
  following.watchdog = setTimeout(poll, within);
}

function heard(event) {
  following.breaks = 0;
  expectEvent(SILENCE);
  return JSON.parse(event.data);
}

function listen(address) {
  const source = new EventSource(address);
  following.source = source;
  expectEvent(FIRST_EVENT);
  source.addEventListener('beat', heard);
  source.addEventListener('progress', (event) => {
    const { sentence, done, total, said, version } = heard(event);
    const part = run();
    if (part === null) return;
    part.querySelector('[data-live=sentence]').textContent = sentence;
    Object.assign(part.querySelector('[data-live=bar]'), { max: Math.max(1, total), value: done });
    say(said);
    loadAnewSoon(version);
  });
  source.addEventListener('away', (event) => say(heard(event).said));
  source.addEventListener('end', (event) => {
    const { said } = heard(event);
    source.close();
    say(said);
    loadAnew();
  });
  source.addEventListener('error', () => {
    following.breaks += 1;
    if (source.readyState === EventSource.CLOSED || following.breaks > MOST_BREAKS) poll();
  });
}

/** Follows the run that the page shows, if it is in progress. */
function follow() {
  const address = run()?.dataset.events;
  if (address === following.address) return;
  stop();
  if (address === undefined) return;
  following.address = address;
  if (globalThis.EventSource === undefined) poll();
  else listen(address);
}

// Whoever is signed out meanwhile is led to the sign-in page, which has no part of a run.
document.addEventListener('htmx:beforeSwap', (event) => {
  if (event.target.id !== 'run' || !event.detail.xhr.responseURL.includes('/admin/sign-in')) return;
  event.detail.shouldSwap = false;
  stop();
  location.reload();
});

document.addEventListener('htmx:afterSettle', () => {
  improve(document);
  follow();
  const said = document.getElementById('run')?.dataset.said;
  if (said !== undefined && said !== '') say(said);
});
improve(document);
follow();
