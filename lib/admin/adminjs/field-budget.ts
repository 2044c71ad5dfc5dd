import { quote } from '../../shared/quoted.js';
import { RefusedRequest } from './refused-request.js';

const MAX_NAME = 500;
const MAX_DEPTH = 50;
/** The highest index in a name. AdminJS turns a name such as `tags.7` into an array of that length. */
const MAX_INDEX = 9_999;
/**
 * The most special characters in a name. AdminJS turns each name into a regular expression, which is fast without repetitions and
 * with few groups.
 */
const MAX_SPECIAL = 4;

/** Counts the values of one request and checks their names, which AdminJS parses in more than linear time. */
export class FieldBudget {
  #count = 0;

  constructor(private readonly maxFields: number) {}

  /** Checks one field, whose value is a string or a file. @throws RefusedRequest */
  add(name: string): void {
    this.#spend();
    checkName(name);
  }

  /** Checks the fields of an object and everything in them. @throws RefusedRequest */
  addAll(fields: object): void {
    // Without recursion, because the nesting may be deep.
    const waiting: [fields: object, depth: number][] = [[fields, 0]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [holder, depth] = next;
      // Stops at the limit. Object.entries would copy a list of a million first.
      for (const name in holder) {
        if (!Object.hasOwn(holder, name)) continue;
        this.#spend();
        const isList = Array.isArray(holder);
        const below = depth + (isList ? 1 : checkName(name));
        if (below > MAX_DEPTH) throw tooDeep(name);
        const value = (holder as Record<string, unknown>)[name];
        if (typeof value === 'object' && value !== null) waiting.push([value, below]);
      }
    }
  }

  #spend(): void {
    if (++this.#count > this.maxFields) {
      throw new RefusedRequest(
        413,
        `The request contains more than ${this.maxFields} fields. Raise formidableOptions.maxFields if this is intended.`,
      );
    }
  }
}

/** Returns the depth of a name. @throws RefusedRequest for a name that AdminJS cannot handle, or not in reasonable time */
export function checkName(name: string): number {
  if (name.length > MAX_NAME) throw malformed(name, `is longer than ${MAX_NAME} characters`);
  const parts = name.split(/\.|~~/);
  if (parts.length > MAX_DEPTH) throw tooDeep(name);
  for (const part of parts) {
    if (part in Object.prototype) throw malformed(name, `contains "${part}", a property of every object`);
    if (Number(part) > MAX_INDEX) throw malformed(name, `contains a number above ${MAX_INDEX}`);
  }
  if (/[*+{}|\\]/.test(name) || (name.match(/[()[\]^?]/g)?.length ?? 0) > MAX_SPECIAL || !isExpression(name)) {
    throw malformed(name, 'is a regular expression');
  }
  return parts.length;
}

function isExpression(name: string): boolean {
  try {
    return RegExp(name) instanceof RegExp;
  } catch {
    return false;
  }
}

const tooDeep = (name: string): RefusedRequest => malformed(name, `is nested more than ${MAX_DEPTH} levels deep`);

function malformed(name: string, what: string): RefusedRequest {
  return new RefusedRequest(400, `The field name ${quote(name, 60)} ${what}.`);
}
