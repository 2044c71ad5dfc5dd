import { parse } from 'node:querystring';
import { FieldBudget } from './field-budget.js';
import { readMultipart } from './multipart.js';
import type { PanelRequest, ResolvedLimits } from './panel-request.js';
import { RefusedRequest } from './refused-request.js';

const JSON_TYPE = /^application\/([\w.-]+\+)?json$/;

/**
 * Reads the body of a request into `fields` and `files`, where AdminJS expects it.
 * @returns the paths of the stored files
 * @throws RefusedRequest
 */
export async function readForm(request: PanelRequest, limits: ResolvedLimits): Promise<string[]> {
  const { 'content-type': header = '', 'content-length': length = '0', 'transfer-encoding': transfer } = request.headers;
  const isEmpty = transfer === undefined && Number(length) === 0;
  const type = header.split(';', 1)[0]!.trim().toLowerCase();
  if (!isEmpty && type === 'multipart/form-data') return readMultipart(request, limits);
  const fields = isEmpty ? {} : await readFields(request, type, limits);
  new FieldBudget(limits.maxFields).addAll(fields);
  Object.assign(request, { fields, files: {}, express_formidable: { parsed: true } });
  return [];
}

async function readFields(request: PanelRequest, type: string, limits: ResolvedLimits): Promise<object> {
  if (type === 'application/x-www-form-urlencoded') {
    // One more than allowed, to detect an excess: the parser ignores the rest.
    return parse(await readText(request, limits.maxFieldsSize), '&', '=', { maxKeys: limits.maxFields + 1 });
  }
  if (JSON_TYPE.test(type)) return parseJson(await readText(request, limits.maxFieldsSize));
  throw new RefusedRequest(415, 'Send multipart/form-data, application/x-www-form-urlencoded or application/json.');
}

function parseJson(text: string): object {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    throw new RefusedRequest(400, 'The body is not valid JSON.');
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw new RefusedRequest(400, 'The body is not a JSON object.');
  return fields;
}

function readText(request: PanelRequest, maxSize: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request
      .on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxSize) chunks.push(chunk);
        else reject(tooLarge('maxFieldsSize', maxSize));
      })
      .once('end', () => resolve(Buffer.concat(chunks).toString()))
      .once('error', reject)
      .once('close', () => reject(new RefusedRequest(400, 'The request ended early.')));
  });
}

function tooLarge(option: string, bytes: number): RefusedRequest {
  return new RefusedRequest(413, `The request is larger than ${bytes} bytes. Raise formidableOptions.${option} if this is intended.`);
}
