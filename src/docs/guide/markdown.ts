import MarkdownIt, { type Token } from 'markdown-it';
import { labelCells } from './cells.js';
import { slugs } from './slug.js';

/** A heading of a page below its title. */
interface Heading {
  /** 2 for the first level below the title. */
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

/** What stands between two headings, as plain text; the first part of a page has no heading. */
export interface Part {
  readonly heading: Heading | undefined;
  readonly text: string;
}

/** A text in Markdown, rendered. */
export interface Rendered {
  /** The heading of level 1; empty where there is none. It is not part of the HTML. */
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly parts: readonly Part[];
}

/** Where the addresses in a text lead. */
export interface Links {
  /** The address for a link; undefined for one that leads nowhere here, whose words stay without the link. */
  readonly link: (href: string) => string | undefined;
  readonly image: (src: string) => string;
}

const NO_LINKS: Links = { link: (href) => (/^https:\/\//u.test(href) ? href : undefined), image: (src) => src };

/** HTML within Markdown is shown as it is written, never passed on. */
const markdown = new MarkdownIt({ html: false });

const plainRules = markdown.renderer.rules;
for (const kind of ['fence', 'code_block'] as const) {
  const rule = plainRules[kind];
  // A block that is wider than the screen scrolls, which takes the focus for those without a mouse.
  plainRules[kind] = (...given) => (rule?.(...given) ?? '').replace('<pre>', '<pre tabindex="0">');
}

/** Renders a text in Markdown; each part below a heading of level 2 becomes a section. */
export function renderMarkdown(text: string, links: Links = NO_LINKS): Rendered {
  const tokens = markdown.parse(text, {});
  labelCells(tokens);
  for (const token of tokens) followLinks(token.children ?? [], links);
  const headings = nameHeadings(tokens);
  const titled = tokens[0]?.type === 'heading_open' && tokens[0].tag === 'h1';
  const body = titled ? tokens.slice(3) : tokens;
  const html = sections(body).map((section) => markdown.renderer.render(section, markdown.options, {}));
  return {
    title: titled ? plainText(tokens[1]) : '',
    html: html.map((section, index) => (index === 0 ? section : `<section>${section}</section>`)).join('\n'),
    headings: headings.map(({ heading }) => heading),
    parts: partsOf(body, new Map(headings.map(({ token, heading }) => [token, heading]))),
  };
}

/** The tokens before the first heading of level 2, and those from each such heading on. */
function sections(tokens: readonly Token[]): Token[][] {
  const found: Token[][] = [[]];
  for (const token of tokens) {
    if (token.type === 'heading_open' && token.tag === 'h2') found.push([]);
    found.at(-1)?.push(token);
  }
  return found;
}

/** Gives each heading below the title an id. */
function nameHeadings(tokens: readonly Token[]): readonly { token: Token; heading: Heading }[] {
  const slug = slugs();
  return tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open') return [];
    const text = plainText(tokens[index + 1]);
    const id = slug(text);
    if (token.tag === 'h1') return [];
    token.attrSet('id', id);
    return [{ token, heading: { level: Number(token.tag.slice(1)), id, text } }];
  });
}

function followLinks(tokens: readonly Token[], links: Links): void {
  // Links do not stand in links, so that one that is left out ends at the next end.
  let dropped = false;
  for (const token of tokens) {
    if (token.type === 'image') token.attrSet('src', links.image(String(token.attrGet('src'))));
    if (token.type === 'link_open') {
      const to = links.link(String(token.attrGet('href')));
      dropped = to === undefined;
      if (to !== undefined) token.attrSet('href', to);
      else token.attrs = null;
    }
    if (dropped && /^link_/u.test(token.type)) token.tag = 'span';
  }
}

function partsOf(tokens: readonly Token[], headings: ReadonlyMap<Token, Heading>): readonly Part[] {
  const parts: { heading: Heading | undefined; words: string[] }[] = [{ heading: undefined, words: [] }];
  let inHeading = false;
  for (const token of tokens) {
    const heading = headings.get(token);
    if (heading !== undefined) parts.push({ heading, words: [] });
    if (token.type === 'heading_open' || token.type === 'heading_close') inHeading = token.type === 'heading_open';
    else if (!inHeading && token.content !== '') parts.at(-1)?.words.push(plainText(token));
  }
  return parts.map(({ heading, words }) => ({ heading, text: words.join(' ').replaceAll(/\s+/gu, ' ') }));
}

/** The words of a token without their markup. */
function plainText(token: Token | undefined): string {
  if (token === undefined) return '';
  if (token.children === null) return token.content;
  return token.children.map((child) => (child.type === 'softbreak' ? ' ' : child.content)).join('');
}
