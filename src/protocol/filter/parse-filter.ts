import { invalidFilter } from '../scim-error.js';
import type { ResourceType } from '../schemas/attribute.js';
import { FilterReader } from './filter-reader.js';
import { FilterProblem } from './problem.js';
import { DEFAULT_FILTER_LIMITS, type FilterLimits, type FilterNode } from './tree.js';

/**
 * Parses a filter (RFC 7644 §3.4.2.2) into a frozen tree whose names are found in the schemas of the resource type.
 * @throws ScimError 400 `invalidFilter` that names the place and what is expected there, or the limit that it exceeds
 */
export function parseFilter(
  text: string,
  resourceType: ResourceType,
  limits: FilterLimits = DEFAULT_FILTER_LIMITS,
): FilterNode {
  try {
    return new FilterReader(text, resourceType, limits).filter();
  } catch (error) {
    throw error instanceof FilterProblem ? invalidFilter(error.describe('filter', text)) : error;
  }
}
