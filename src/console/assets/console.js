// What pages can do with script and do without: times in the reader's own zone, buttons that copy.

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

document.addEventListener('htmx:afterSettle', () => improve(document));
improve(document);
