import { quoted } from '../../shared/quoted.js';
import { RefusedRequest } from './refused-request.js';

const MAX_NAME = 500;
const MAX_DEPTH = 50;
/** AdminJS makes an array of a name such as `tags.7`, as long as the number says. */
const MAX_INDEX = 9_999;
/** AdminJS makes a regular expression of each name. Without a repetition, and with few groups, none of them is slow. */
const MAX_SPECIAL = 4;

/** Counts the values of one request and checks their names, which AdminJS takes apart in more than linear time. */
export class FieldBudget {
  #count = 0;

  constructor(private readonly maxFields: number) {}

  /** Checks one field, whose value is text or a file. @throws RefusedRequest */
  add(name: string): void {
    this.#spend();
    checkName(name);
  }

  /** Checks the fields of an object and all that they hold. @throws RefusedRequest */
  addAll(fields: object): void {
    // No recursion: the nesting is what is checked.
    const waiting: [fields: object, depth: number][] = [[fields, 0]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [holder, depth] = next;
      // Stops at the limit, whereas Object.entries would copy a list of a million first.
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
        `The request holds more than ${this.maxFields} fields. Raise formidableOptions.maxFields if it has to.`,
      );
    }
  }
}

/** Returns how deep the name is nested. @throws RefusedRequest for a name that AdminJS could not handle, or not in time. */
export function checkName(name: string): number {
  if (name.length > MAX_NAME) throw malformed(name, `is longer than ${MAX_NAME} characters`);
  const parts = name.split(/\.|~~/);
  if (parts.length > MAX_DEPTH) throw tooDeep(name);
  for (const part of parts) {
    if (part in Object.prototype) throw malformed(name, `holds "${part}", which names a part of every object`);
    if (Number(part) > MAX_INDEX) throw malformed(name, `holds a number above ${MAX_INDEX}`);
  }
  if (/[*+{}|\\]/.test(name) || (name.match(/[()[\]^?]/g)?.length ?? 0) > MAX_SPECIAL || !isExpression(name)) {
    throw malformed(name, 'reads as a regular expression');
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
  return new RefusedRequest(400, `The field name ${quoted(name, 60)} ${what}.`);
}
