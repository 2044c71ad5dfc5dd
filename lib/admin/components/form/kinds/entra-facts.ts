import type { ScreenSettings } from '../../../../shared/smtp-config.js';
import type { Draft } from '../../model/draft.js';
import type { KindFact } from './kind.js';

/** Returns the facts about a sign-in at Microsoft: the mailbox and the app, and the cloud if there are several. */
export function entraFacts(
  { username, tenantId, clientId, graphCloud }: Draft,
  { graphClouds, defaultCloud }: Pick<ScreenSettings, 'graphClouds' | 'defaultCloud'>,
): KindFact[] {
  const id = graphCloud || defaultCloud;
  const cloud = graphClouds.find((known) => known.id === id)?.label ?? id;
  const isChoice = graphClouds.length > 1 || graphClouds[0]?.id !== id;
  return [
    { field: 'username', name: 'mailbox', value: username },
    { field: 'tenantId', value: tenantId },
    { field: 'clientId', value: clientId },
    { field: 'clientSecret' },
    ...(isChoice ? [{ field: 'graphCloud', value: cloud } as const] : []),
  ];
}
