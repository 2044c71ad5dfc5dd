import type { ResolvedSmtpOptions } from '../../../options/options.js';
import { diagnoseGraph } from '../../../transport/graph/graph-diagnose.js';
import type { GraphSettings } from '../../../transport/graph/graph-settings.js';
import { GraphTransport } from '../../../transport/graph/graph.transport.js';
import { type MailboxLimit, MailboxLimits } from '../../../transport/graph/mailbox-limit.js';
import { cloudOf } from '../entra.js';
import type { KindSender, Secrets, SenderContext, StoredSettings } from '../kind.js';

/** Creates the sender for Microsoft Graph. Configurations of the same mailbox share its limit. */
export function createMsGraphSender({ options }: SenderContext): KindSender {
  const limits = new MailboxLimits();
  const limitOf = (settings: StoredSettings): MailboxLimit => limits.of(cloudOf(settings, options).graph, settings.username ?? '');
  return {
    openTransport: (settings, secrets) => new GraphTransport(mailboxOf(settings, secrets, options), limitOf(settings)),
    diagnose: (settings, secrets, mail, how) => diagnoseGraph(mailboxOf(settings, secrets, options), mail, how),
    capacity: (settings) => (options.graph.clouds.has(settings.graphCloud ?? '') ? limitOf(settings).capacity : Infinity),
    // No `prepare`: MIME for Graph keeps its Bcc header, and Graph is slow enough to render each message in its turn.
  };
}

function mailboxOf(settings: StoredSettings, { password, clientSecret = '' }: Secrets, options: ResolvedSmtpOptions): GraphSettings {
  const { tenantId, clientId, username, fromAddress, authMethod, maxConnections } = settings;
  return {
    cloud: cloudOf(settings, options),
    tenantId: tenantId!,
    clientId: clientId!,
    clientSecret,
    mailbox: username!,
    password: authMethod === 'password' ? password : undefined,
    sender: fromAddress ?? username!,
    ca: options.trustedCa,
    maxConnections,
  };
}
