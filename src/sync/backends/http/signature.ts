import { Webhook } from 'standardwebhooks';

/** Makes the headers of a message. @param id the same for every attempt; @param body as it is sent */
export type Sign = (id: string, at: Date, body: string) => Readonly<Record<string, string>>;

/**
 * Signs messages as Standard Webhooks says.
 * @param secret one or more, `whsec_…`, separated by spaces: each signs, so that a receiver can be given another without a gap
 */
export function signing(secret: string): Sign {
  const webhooks = secret
    .split(' ')
    .filter((one) => one !== '')
    .map((one) => new Webhook(one));
  return (id, at, body) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': webhooks.map((webhook) => webhook.sign(id, at, body)).join(' '),
  });
}
