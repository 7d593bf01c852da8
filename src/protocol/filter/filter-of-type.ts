import type { ResourceTypeName } from '../schemas/attribute.js';
import { compareValues } from './evaluate-filter.js';
import type { AttributeReference, FilterNode } from './tree.js';

/**
 * What a filter asks of the resources of one type: true where every one matches, false if none does, else the filter
 * without those parts that are alike for all of them: `meta.resourceType`, and attributes that no schema defines.
 */
export function filterOfType(node: FilterNode, type: ResourceTypeName): FilterNode | boolean {
  switch (node.kind) {
    case 'unknown':
      return node.matches;
    case 'compare':
      return isResourceType(node.target) ? compareValues(type, node.operator, node.value) : node;
    case 'present':
      return isResourceType(node.target) || node;
    case 'valuePath':
      return node;
    case 'not':
      return negated(node, filterOfType(node.operand, type));
    case 'and':
    case 'or':
      return joined(
        node,
        node.operands.map((operand) => filterOfType(operand, type)),
      );
  }
}

function isResourceType({ attribute, subAttribute }: AttributeReference): boolean {
  return attribute.name === 'meta' && subAttribute?.name === 'resourceType';
}

function negated(node: Extract<FilterNode, { kind: 'not' }>, operand: FilterNode | boolean): FilterNode | boolean {
  if (typeof operand === 'boolean') return !operand;
  return operand === node.operand ? node : Object.freeze({ kind: 'not', operand });
}

/** Of an `or`, what is true decides and what is false says nothing; of an `and`, the other way round. */
function joined(
  node: Extract<FilterNode, { kind: 'and' | 'or' }>,
  operands: readonly (FilterNode | boolean)[],
): FilterNode | boolean {
  const decisive = node.kind === 'or';
  if (operands.includes(decisive)) return decisive;
  const left = operands.filter((operand) => typeof operand !== 'boolean');
  const [first] = left;
  if (first === undefined) return !decisive;
  if (left.length === 1) return first;
  return left.every((operand, index) => operand === node.operands[index]) && left.length === node.operands.length
    ? node
    : Object.freeze({ kind: node.kind, operands: Object.freeze(left) });
}
