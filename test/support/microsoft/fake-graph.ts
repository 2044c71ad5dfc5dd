import { randomUUID } from 'node:crypto';
import type { ServerCertificate } from '../../../lib/testing/private-ca.js';
import { type Draft, type GraphMail, buildAttachment, parseMail, removeBcc } from './graph-mail.js';
import { type Answer, type FakeServer, type Reaction, type Received, type Reply, startHttps } from './https-server.js';
import { USER } from './fake-entra.js';

/** Microsoft's limit (learn.microsoft.com/graph, "maximum request length supported is 4MB"). */
const MAX_REQUEST = 4 * 1_048_576;
const MIN_SESSION = 2_097_152;

interface UploadSession {
  draft: Draft;
  item: { name: string; size: number; contentType?: string; isInline?: boolean; contentId?: string };
  parts: Buffer[];
  authToken: string;
}

/** A fake of Microsoft Graph for one tenant with a few mailboxes, and of Exchange's host for large attachments. */
export class FakeGraph {
  /** Accepted mails, newest last. */
  readonly sent: GraphMail[] = [];
  readonly drafts = new Map<string, Draft>();
  permissions = new Set<string>();
  /** Mailboxes that the app may use. */
  mailboxes = new Set<string>();
  blocked = new Set<string>();
  /** Other addresses that a mailbox may send as. */
  sendAs = new Set<string>();
  /** Drafts created from MIME lose their Bcc. */
  dropsBcc = false;
  refusedTokens = new Set<string>();
  /** The upload address of large attachments. @default on the second host of this fake */
  uploadUrl: (path: string) => string = (path) => `https://${this.uploads.host}${path}`;
  /** Called before a request is handled. */
  before: (request: Received) => Reply = () => undefined;
  /** Called after a request is handled. */
  after: (request: Received) => Reply = () => undefined;
  /** Hangs up in the middle of a request body. */
  onHead: (request: { method: string; path: string }) => 'DROP' | undefined = () => undefined;
  readonly #sessions = new Map<string, UploadSession>();
  #server!: FakeServer;
  uploads!: FakeServer;

  private constructor(private readonly isIssued: (token: string, host: string) => boolean) {
    this.reset();
  }

  static async start(certificate: ServerCertificate, isIssued: (token: string, host: string) => boolean): Promise<FakeGraph> {
    const graph = new FakeGraph(isIssued);
    const onHead = (request: { method: string; path: string }) => graph.onHead(request);
    graph.#server = await startHttps(certificate, (request) => graph.#answer(request), onHead);
    graph.uploads = await startHttps(certificate, (request) => graph.before(request) ?? graph.#upload(request), onHead);
    return graph;
  }

  get host(): string {
    return this.#server.host;
  }

  get requests(): Received[] {
    return this.#server.requests;
  }

  get connections(): number {
    return this.#server.connections;
  }

  reset(): void {
    this.permissions = new Set(['Mail.Send', 'Mail.ReadWrite']);
    this.mailboxes = new Set([USER, 'shared@contoso.com']);
    this.blocked = new Set(['ceo@contoso.com']);
    this.sendAs = new Set();
    this.refusedTokens = new Set();
    this.dropsBcc = false;
    this.uploadUrl = (path) => `https://${this.uploads.host}${path}`;
    this.before = this.after = () => undefined;
    this.onHead = () => undefined;
    this.sent.splice(0);
    this.drafts.clear();
    this.#sessions.clear();
    this.#server?.requests.splice(0);
    this.uploads?.requests.splice(0);
  }

  async close(): Promise<void> {
    await Promise.all([this.#server.close(), this.uploads.close()]);
  }

  async #answer(request: Received): Promise<Reaction> {
    const scripted = this.before(request);
    if (scripted) return addRequestIds(scripted, request);
    const answer = this.#refuse(request) ?? (await this.#carryOut(request));
    return addRequestIds(this.after(request) ?? answer, request);
  }

  /** Refuses a request that has no valid token or no permission. */
  #refuse({ headers, path, body }: Received): Answer | undefined {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    if (!this.isIssued(token, this.host) || this.refusedTokens.has(token)) {
      return buildFault(401, 'InvalidAuthenticationToken', 'Access token has expired or is not yet valid.');
    }
    if (body.length > MAX_REQUEST) return buildFault(413, 'RequestEntityTooLarge', 'The maximum request length supported is 4MB.');
    const mailbox = /^\/v1\.0\/users\/([^/]+)\//.exec(path)?.[1] ?? '';
    if (this.blocked.has(mailbox)) {
      return buildFault(
        403,
        'ErrorAccessDenied',
        'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
      );
    }
    if (!this.mailboxes.has(mailbox)) return buildFault(404, 'ErrorInvalidUser', `The requested user '${mailbox}' is invalid.`);
    const needed = path.endsWith('/sendMail') || path.endsWith('/send') ? 'Mail.Send' : 'Mail.ReadWrite';
    return this.permissions.has(needed)
      ? undefined
      : buildFault(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }

  async #carryOut(request: Received): Promise<Answer> {
    const { method, path } = request;
    const [, mailbox = '', rest = ''] = /^\/v1\.0\/users\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (method === 'POST' && rest === 'sendMail') return this.#sendMail(mailbox, request);
    if (method === 'POST' && rest === 'messages') return this.#createDraft(mailbox, request);
    const [, id = '', action = ''] = /^messages\/([^/]+)\/?(.*)$/.exec(rest) ?? [];
    const draft = this.drafts.get(id);
    if (!draft) return buildFault(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
    if (method === 'DELETE' && action === '') {
      this.drafts.delete(id);
      return { status: 204 };
    }
    if (method === 'PATCH' && action === '') return patch(draft, parseJson(request));
    if (action === 'attachments') return attach(draft, parseJson(request));
    if (action === 'attachments/createUploadSession') return this.#createSession(draft, parseJson(request));
    if (action !== 'send') return buildFault(405, 'Request_BadRequest', 'No such action.');
    this.drafts.delete(id);
    return this.#accept(mailbox, draft.mail);
  }

  async #sendMail(mailbox: string, request: Received): Promise<Answer> {
    const isMime = request.headers['content-type'] === 'text/plain';
    if (isMime && !isBase64(request.body))
      return buildFault(400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.');
    const mail = isMime ? await parseMail(mailbox, Buffer.from(request.body.toString('latin1'), 'base64')) : undefined;
    return this.#accept(mailbox, mail);
  }

  #accept(mailbox: string, mail: GraphMail | undefined): Answer {
    if (!mail || mail.recipients.length === 0) {
      return buildFault(
        400,
        'ErrorInvalidRecipients',
        "At least one recipient is not valid., A message can't be sent because it contains no recipients.",
      );
    }
    if (mail.from !== mailbox && !this.sendAs.has(mail.from)) {
      return buildFault(
        403,
        'ErrorSendAsDenied',
        'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
      );
    }
    this.sent.push({ ...mail, delivered: removeBcc(mail.raw) });
    return { status: 202 };
  }

  async #createDraft(mailbox: string, request: Received): Promise<Answer> {
    if (!isBase64(request.body)) return buildFault(400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.');
    const raw = Buffer.from(request.body.toString('latin1'), 'base64');
    const mail = await parseMail(mailbox, this.dropsBcc ? removeBcc(raw) : raw);
    // Ids like Exchange's, which must be escaped in a URL.
    const id = `AAMk+${randomUUID()}=`;
    this.drafts.set(id, { id, mail });
    return { status: 201, body: { id, isDraft: true, bccRecipients: toRecipients(mail.bcc) } };
  }

  #createSession(draft: Draft, { AttachmentItem: item }: { AttachmentItem: UploadSession['item'] }): Answer {
    if (item.size < MIN_SESSION)
      return buildFault(400, 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize', 'Attachment size is too small.');
    const authToken = `authtoken-${randomUUID()}`;
    const path = `/api/gv1.0/users('x')/AttachmentSessions('${randomUUID()}')`;
    this.#sessions.set(path, { draft, item, parts: [], authToken });
    return { status: 201, body: { uploadUrl: this.uploadUrl(`${path}?authtoken=${authToken}`), nextExpectedRanges: ['0-'] } };
  }

  /** Accepts the parts of an attachment in order, as Exchange's host does. The URL is the only credential. */
  #upload({ method, path, query, headers, body }: Received): Reaction {
    const session = this.#sessions.get(path);
    if (method !== 'PUT' || !session || query.get('authtoken') !== session.authToken)
      return buildFault(401, 'InvalidAuthenticationToken', 'No.');
    if (headers.authorization) return buildFault(400, 'ErrorInvalidRequest', 'An Authorization header is not allowed here.');
    const { item, parts, draft } = session;
    const have = parts.reduce((sum, part) => sum + part.length, 0);
    const range = `bytes ${have}-${have + body.length - 1}/${item.size}`;
    if (headers['content-range'] !== range || body.length === 0 || body.length > MAX_REQUEST) {
      return buildFault(416, 'ErrorInvalidRange', `Expected ${range}.`);
    }
    parts.push(body);
    if (have + body.length < item.size) return { status: 200, body: { nextExpectedRanges: [String(have + body.length)] } };
    draft.mail.attachments.push(buildAttachment(item, Buffer.concat(parts)));
    return { status: 201, headers: { location: `https://${this.uploads.host}${path}` } };
  }
}

/** Adds the request ids that Graph sends with every response. */
function addRequestIds(answer: Reaction, request: Received): Reaction {
  if (typeof answer === 'string') return answer;
  const own = String(request.headers['client-request-id'] ?? '');
  return { ...answer, headers: { 'request-id': `graph-${own}`, 'client-request-id': own, ...answer.headers } };
}

/** Builds an error response of Graph. */
export function buildFault(status: number, code: string, message: string, headers?: Record<string, string>): Answer {
  return { status, headers, body: { error: { code, message, innerError: { date: '2026-11-20T15:00:00', 'request-id': 'x' } } } };
}

function patch(draft: Draft, { bccRecipients }: { bccRecipients: { emailAddress: { address: string } }[] }): Answer {
  const bcc = bccRecipients.map(({ emailAddress }) => emailAddress.address);
  draft.mail = { ...draft.mail, bcc, recipients: [...new Set([...draft.mail.recipients, ...bcc])] };
  return { status: 200, body: { id: draft.id, bccRecipients } };
}

function attach(draft: Draft, given: Record<string, string>): Answer {
  if (given['@odata.type'] !== '#microsoft.graph.fileAttachment')
    return buildFault(400, 'ErrorInvalidRequest', 'No such kind of attachment.');
  draft.mail.attachments.push(buildAttachment({ ...given, name: given.name ?? '' }, Buffer.from(given.contentBytes ?? '', 'base64')));
  return { status: 201, body: { id: randomUUID() } };
}

const toRecipients = (addresses: string[]) => addresses.map((address) => ({ emailAddress: { address } }));
const parseJson = (request: Received): any => JSON.parse(request.body.toString());
const isBase64 = (body: Buffer): boolean => body.length > 0 && /^[A-Za-z0-9+/\r\n]+={0,2}$/.test(body.toString('latin1'));
