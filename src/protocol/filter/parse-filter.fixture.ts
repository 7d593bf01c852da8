import { attributeName } from '../attribute-lookup.js';
import { attribute, type ResourceType } from '../schemas/attribute.js';
import { extendedUser } from '../schemas/extended-user.fixture.js';
import { USER } from '../schemas/resource-types.js';
import { ScimError } from '../scim-error.js';
import { parseFilter } from './parse-filter.js';
import type { FilterNode } from './tree.js';

export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** A custom extension with the types that the core schemas lack, and a URN that another one begins with. */
export const CUSTOM = 'urn:example:ext:1.0:User';

export const CUSTOM_USER = extendedUser(
  {
    id: CUSTOM,
    name: 'Custom',
    description: 'Typed attributes',
    attributes: [
      attribute('floor', 'An integer.', { type: 'integer' }),
      attribute('ratio', 'A decimal.', { type: 'decimal' }),
      attribute('since', 'A dateTime.', { type: 'dateTime' }),
      attribute('parts', 'Complex without a value.', {
        type: 'complex',
        subAttributes: [attribute('pin', 'Never returned.', { returned: 'never' }), attribute('label', 'A string.')],
      }),
    ],
  },
  { id: `${CUSTOM}:more`, name: 'More', description: 'A longer URN', attributes: [attribute('floor', 'A string.')] },
);

/** The tree as text, with every operand in parentheses. */
function shape(node: FilterNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.operands.map(shape).join(` ${node.kind} `)})`;
    case 'not':
      return `not ${shape(node.operand)}`;
    case 'present':
      return `${attributeName(node.target)} pr`;
    case 'compare':
      return `${attributeName(node.target)} ${node.operator} ${JSON.stringify(node.value)}`;
    case 'valuePath':
      return `${attributeName(node.target)}[${shape(node.condition)}]`;
    case 'unknown':
      return String(node.matches);
  }
}

export const parsed = (text: string, type: ResourceType = USER): string => shape(parseFilter(text, type));

export function refusal(text: string, type: ResourceType = USER): ScimError {
  try {
    parseFilter(text, type);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error(`not refused: ${text}`);
}

/** The character that a refusal points at, from 1. */
export const place = ({ message }: ScimError): number => Number(/at character (\d+)/.exec(message)?.[1]);
