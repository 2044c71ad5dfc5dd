import type { ActionJSON } from 'adminjs';
import type { TestResponse } from '../../../shared/admin-responses.js';
import type { TestStep } from '../../../shared/connection-test.js';
import type { Params } from './types.js';

/** The last line of a test. If AdminJS refused the call itself, it has only a notice. */
export type TestEnd = Partial<
  TestResponse<{ id: string; params: Params; baseError?: { message: string; type?: string } | null; recordActions?: ActionJSON[] }>
>;

/** Splits a stream of JSON lines into values as they arrive. The last line needs no line break. */
export async function* jsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim()) yield JSON.parse(line);
  }
  rest += decoder.decode();
  if (rest.trim()) yield JSON.parse(rest);
}

/** Reports each step as it arrives and returns the last line. @throws if the stream ends without one */
export async function collectTest(lines: AsyncIterable<unknown>, onStep: (step: TestStep) => void): Promise<TestEnd> {
  for await (const line of lines) {
    if (typeof line !== 'object' || line === null) continue;
    if ('report' in line || 'errors' in line || 'notice' in line) return line as TestEnd;
    if ('name' in line) onStep(line as TestStep);
  }
  throw new Error('The test ended without a result.');
}
