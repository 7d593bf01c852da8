import { parseRateLimit, type TenantSettings } from '../model/tenant.js';
import { invalidValue } from '../protocol/scim-error.js';

/** A setting as the command line and its help know it. */
export interface TenantSetting {
  /** What to write as its value. */
  readonly values: string;
  readonly description: string;
  /** Reads a value; undefined when it is none of `values`. */
  readonly parse: (text: string) => Partial<TenantSettings> | undefined;
}

/** The settings that an operator can change, by their keys. */
export const TENANT_SETTINGS: ReadonlyMap<string, TenantSetting> = new Map([
  [
    'group-replace-adds',
    {
      values: 'true or false',
      description:
        "whether `replace` on a group's members adds those that it names, for an Entra that sends one new member at a time",
      parse: (text) => {
        const groupReplaceAdds = trueOrFalse(text);
        return groupReplaceAdds === undefined ? undefined : { groupReplaceAdds };
      },
    },
  ],
  [
    'unknown-attributes',
    {
      values: 'ignore or refuse',
      description:
        'how the server treats attributes that no schema knows: they are passed over (or kept, under the URN of an extension), or the request is refused, as the standard says to the letter',
      parse: (text) => (text === 'ignore' || text === 'refuse' ? { unknownAttributes: text } : undefined),
    },
  ],
  [
    'rate-limit',
    {
      values: 'RATE/BURST such as 100/1000, off or default',
      description:
        "how many requests the tenant may send a second, and at once after a rest; default is the server's RATE_LIMIT",
      parse: (text) => (isRateLimit(text) ? { rateLimit: text } : undefined),
    },
  ],
  [
    'external-reference',
    {
      values: 'a text of at most 200 characters, or an empty one',
      description:
        'what the FlexWhere backend itself calls the company, such as a customer number; sent with every request',
      parse: (text) => ({ externalReference: text }),
    },
  ],
]);

const isRateLimit = (text: string): boolean => text === 'default' || parseRateLimit(text) !== undefined;

/**
 * Reads one setting.
 * @throws ScimError 400 `invalidValue` that names the keys, or the values of the key, that there are.
 */
export function parseSetting(key: string, text: string): Partial<TenantSettings> {
  const setting = TENANT_SETTINGS.get(key);
  if (setting === undefined) {
    throw invalidValue(`There is no such setting; the settings are: ${[...TENANT_SETTINGS.keys()].join(', ')}.`);
  }
  const parsed = setting.parse(text);
  if (parsed === undefined) throw invalidValue(`The setting ${key} takes ${setting.values}.`);
  return parsed;
}

function trueOrFalse(text: string): boolean | undefined {
  if (text === 'true') return true;
  return text === 'false' ? false : undefined;
}
