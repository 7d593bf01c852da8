/** Takes the events of one stream as far as its client reads them. */
export interface EventSink {
  /** Whether the client has taken all that was sent: what comes meanwhile is left out, so that nothing piles up. */
  isReady(): boolean;
  send(text: string): void;
  end(): void;
}

/** An answer that goes on until something ends it: server-sent events (HTML standard, section 9.2). */
export interface EventStream {
  /** Begins to send; called once, or never where the client has gone before. */
  open(sink: EventSink): void;
  /** The answer is over, whether or not it was begun; called once. */
  closed(): void;
}

/** An event as the standard spells it. */
export interface LiveEvent {
  readonly name: 'progress' | 'away' | 'end' | 'beat';
  /** What a client that comes back has seen. */
  readonly id?: string;
  readonly data: Readonly<Record<string, string | number>>;
}

/** Milliseconds after which a browser comes back when the connection breaks. */
const RETRY = 3_000;

/** How a stream begins. */
export const OPENING = `retry: ${RETRY}\n\n`;

/** An event as text. JSON has no line breaks of its own, so that each event is one line of data. */
export const eventText = ({ name, id, data }: LiveEvent): string =>
  [`event: ${name}`, ...(id === undefined ? [] : [`id: ${id}`]), `data: ${JSON.stringify(data)}`, '', ''].join('\n');
