// Fills the search page of a folder of files, where no server answers. `docsSearch` and `docsEntries` stand in search.js.

const query = (new URLSearchParams(location.search).get('q') ?? '').trim();
const found = document.getElementById('found');
const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

function show({ entry: { page, anchor, title }, excerpt }) {
  const item = document.createElement('li');
  const link = element('a', title);
  link.href = `${page === '' ? 'index' : page}.html${anchor === '' ? '' : `#${anchor}`}`;
  const text = document.createElement('p');
  text.append(...excerpt.map((piece, index) => (index % 2 === 1 ? element('mark', piece) : piece)));
  item.append(link, text);
  return item;
}

document.getElementById('search').value = query;
const hits = docsSearch.search(docsEntries, query);
const list = Object.assign(document.createElement('ol'), { className: 'hits' });
list.append(...hits.map(show));
const words = hits.length === 1 ? '1 part' : `${hits.length} parts`;
found.append(element('p', query === '' ? 'Enter words.' : `${words} of pages with “${query}”.`), list);
