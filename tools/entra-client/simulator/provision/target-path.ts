import { isArray, isObject, type Json, type JsonObject } from '../../json.js';

/** Where a mapped attribute goes, read from text such as `emails[type eq "work"].value`. */
export interface TargetPath {
  readonly text: string;
  /** The URN of the extension; undefined for core attributes. */
  readonly extension: string | undefined;
  readonly attribute: string;
  /** What an element of a multi-valued attribute is chosen by. */
  readonly chosenBy: { readonly name: string; readonly value: string | boolean } | undefined;
  readonly subAttribute: string | undefined;
}

/**
 * Reads a target of an attribute mapping: `title`, `name.givenName`, `emails[type eq "work"].value`,
 * `roles[primary eq "True"].display`, `urn:…:User:department`.
 */
export function targetPath(text: string): TargetPath {
  const colon = text.startsWith('urn:') ? text.lastIndexOf(':') : -1;
  const extension = colon === -1 ? undefined : text.slice(0, colon);
  const name = text.slice(colon + 1);
  const parts = /^(?<attribute>\w+)(?:\[(?<key>\w+) eq "(?<value>[^"]*)"\])?(?:\.(?<sub>\w+))?$/.exec(name)?.groups;
  const { attribute = name, key, value = '', sub: subAttribute } = parts ?? {};
  const chosenBy = key === undefined ? undefined : { name: key, value: key === 'primary' ? value === 'True' : value };
  return { text, extension, attribute, chosenBy, subAttribute };
}

const own = (object: Json | undefined, name: string): Json | undefined =>
  isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined;

/** What a resource has at a target; undefined if it has nothing. */
export function readTarget(resource: JsonObject, target: TargetPath): Json | undefined {
  const holder = target.extension === undefined ? resource : own(resource, target.extension);
  const value = own(holder, target.attribute);
  const chosen = target.chosenBy === undefined ? value : chosenElement(value, target.chosenBy);
  return target.subAttribute === undefined ? chosen : own(chosen, target.subAttribute);
}

function chosenElement(value: Json | undefined, by: { name: string; value: string | boolean }): Json | undefined {
  return isArray(value) ? value.find((element) => own(element, by.name) === by.value) : undefined;
}

/** A resource with a value at a target, as a create has it. */
export function withTarget(resource: JsonObject, target: TargetPath, value: Json): JsonObject {
  const { extension } = target;
  if (extension === undefined) return withAttribute(resource, target, value);
  const held = own(resource, extension);
  return { ...resource, [extension]: withAttribute(isObject(held) ? held : {}, target, value) };
}

function withAttribute(holder: JsonObject, { attribute, chosenBy, subAttribute }: TargetPath, value: Json): JsonObject {
  const held = own(holder, attribute);
  const set = (before: Json | undefined): Json =>
    subAttribute === undefined ? value : { ...(isObject(before) ? before : {}), [subAttribute]: value };
  if (chosenBy === undefined) return { ...holder, [attribute]: set(held) };
  const elements = isArray(held) ? held : [];
  const chosen = chosenElement(held, chosenBy);
  const element = set(chosen ?? { [chosenBy.name]: chosenBy.value });
  return { ...holder, [attribute]: [...elements.filter((other) => other !== chosen), element] };
}
